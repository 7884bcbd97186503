import type { RaIdentity } from './message/ra-identity.ts';
import type { ConnectorKeys } from './policy/connector-key.ts';
import type {
  Challenges,
  Clock,
  Conductor,
  Envelopes,
  Ledger,
  Random,
  Turnstile,
} from './ports.ts';
import type { ConnectorSettings } from './settings.ts';

/** Everything one connector's scep function works with. */
export interface Connector {
  readonly connectorId: string;
  readonly settings: ConnectorSettings;
  readonly keys: ConnectorKeys;
  /** The current identity first, then the previous one while it may still be addressed. Never empty. */
  readonly identities: readonly [RaIdentity, ...RaIdentity[]];
  readonly challenges: Challenges;
  readonly ledger: Ledger;
  readonly envelopes: Envelopes;
  readonly conductor: Conductor;
  readonly turnstile: Pick<Turnstile, 'next'>;
  readonly clock: Clock;
  readonly random: Random;
}
