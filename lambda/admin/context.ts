/** The dependencies of the admin operations, which lambda/handlers/administration.ts fills in. */
import type { ChallengeActionRecord } from '../audit/events.ts';
import type { AdminKeys } from '../policy/connector-key.ts';
import type { ChallengeRegister, UsedTokens } from '../ports/challenges.ts';
import type { History } from '../ports/history.ts';
import type { Random } from '../ports/system.ts';
import type { AdministeredConnector } from './administered-connector.ts';

/** The dependencies of `createAdministration`. */
export interface AdministrationContext {
  /** `arn:<partition>:pca-connector-scep:<region>:<account>`. */
  readonly arnPrefix: string;
  readonly connectors: readonly AdministeredConnector[];
  readonly keysOf: (connector: AdministeredConnector) => Promise<AdminKeys>;
  readonly challenges: ChallengeRegister;
  readonly tokens: UsedTokens;
  readonly history: Pick<History, 'list'>;
  /** Logs an action and publishes its event. It never throws and takes a bounded time. */
  readonly audit: (action: ChallengeActionRecord) => Promise<void>;
  readonly nowSeconds: () => number;
  readonly random: Random;
}
