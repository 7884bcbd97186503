import type { RefusedRequest } from '../audit/refusals.ts';
import type { UnopenedRefusal } from '../audit/unopened-refusals.ts';
import type { ConnectorSettings } from '../config/settings.ts';
import type { Pace } from '../core/pace.ts';
import type { RaIdentities } from '../message/ra-identity.ts';
import type { IssuanceKeys } from '../policy/connector-key.ts';
import type { EnrolmentStore } from '../ports/enrolments.ts';
import type { ClientLimits, ReplayGuard } from '../ports/envelopes.ts';
import type { Intune } from '../ports/intune.ts';
import type { IntuneVerdicts } from '../ports/intune-verdicts.ts';
import type { IssuanceWorkflow } from '../ports/issuance-workflow.ts';
import type { Clock, Random } from '../ports/system.ts';

/** The dependencies of one connector's scep function. */
export interface ScepContext {
  readonly connectorId: string;
  readonly settings: ConnectorSettings;
  readonly keys: IssuanceKeys;
  readonly identities: RaIdentities;
  /** Fetches the identities again: a rotation may have happened since they were cached. */
  readonly newestIdentities: () => Promise<RaIdentities>;
  readonly enrolments: EnrolmentStore;
  /** If given, Intune validates every challenge of this connector, and ours are not used. */
  readonly intune?: Pick<Intune, 'validate'>;
  /** Intune's verdicts; given together with `intune`. */
  readonly verdicts?: IntuneVerdicts;
  readonly envelopes: ReplayGuard;
  readonly limits: ClientLimits;
  readonly workflow: IssuanceWorkflow;
  /**
   * The recent duration of attempts. Optional; if omitted, every attempt is expected to take the
   * usual time.
   */
  readonly pace?: Pace;
  readonly clock: Clock;
  readonly random: Random;
  /**
   * Records a refused request; never throws, and takes a bounded time. Optional; if omitted,
   * nothing is recorded.
   */
  readonly recordRefusal?: (refused: RefusedRequest) => Promise<void>;
  /**
   * Counts a request that was refused before it was opened. Like `recordRefusal`, it never throws,
   * takes a bounded time, and is optional.
   */
  readonly countRefusal?: (refused: UnopenedRefusal) => Promise<void>;
  /** Reports an error that does not change the answer. Optional; if omitted, it is dropped. */
  readonly report?: (step: 'start' | 'remember', error: unknown) => void;
}
