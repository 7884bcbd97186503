import type { RefusedRequest } from './audit/refusals.ts';
import type { RaIdentity } from './message/ra-identity.ts';
import type { ConnectorKeys } from './policy/connector-key.ts';
import type {
  Challenges,
  Clock,
  Conductor,
  Envelopes,
  Intune,
  Ledger,
  Random,
  Turnstile,
} from './ports.ts';
import type { ConnectorSettings } from './settings.ts';

/** The current identity first, then the previous one while it may still be addressed. Never empty. */
export type RaIdentities = readonly [RaIdentity, ...RaIdentity[]];

/** Everything one connector's scep function works with. */
export interface Connector {
  readonly connectorId: string;
  readonly settings: ConnectorSettings;
  readonly keys: ConnectorKeys;
  readonly identities: RaIdentities;
  /** The same, asked for anew: a rotation may have happened since these were kept. */
  readonly newestIdentities: () => Promise<RaIdentities>;
  readonly challenges: Challenges;
  /** Given, it judges every challenge of this connector, and `challenges` none. */
  readonly intune?: Pick<Intune, 'validate'>;
  readonly ledger: Ledger;
  readonly envelopes: Envelopes;
  readonly conductor: Conductor;
  readonly turnstile: Pick<Turnstile, 'next'>;
  readonly clock: Clock;
  readonly random: Random;
  /** Told of requests that policy refused; never throws, and takes a bounded time. Absent: nobody listens. */
  readonly recordRefusal?: (refused: RefusedRequest) => Promise<void>;
}
