/** The messages between test files and the process that runs the apps. */

import type { StatementReference } from '../../../lib/local/permissions/roles.ts';
import type { RunInfo } from '../../../lib/local/run-info.ts';
import type { LocalStack } from '../../../lib/local/stack.ts';

/** The app that a test file uses. Equal requests share one app. */
export interface AppRequest {
  /** Whether a connector `ndes` with an mscep_admin page is added. */
  readonly hasNdesPage: boolean;
  readonly isIntune: boolean;
  /** The program of the app, from the project's root; `bin/scep-connector.ts` by default. */
  readonly program?: string;
  /** The name of an app that a test file does not share with others. */
  readonly name?: string;
}

/** A call of the server, which starts the app if necessary. */
export interface AppCall {
  readonly app: AppRequest;
  /** Fires the schedule whose logical id contains this word. */
  readonly fire?: string;
  /** Omits a statement of a role from now on; null omits none. */
  readonly leaveOut?: StatementReference | null;
  /** Returns the number of requests that were denied without that statement. */
  readonly missed?: true;
}

/** The facts about an app for a test file. */
export interface AppFacts
  extends RunInfo,
    Pick<LocalStack, 'awsEndpoints' | 'functionEnvironments' | 'roleStatements'> {
  readonly stateDirectory: string;
  /** The directory of its cloud assembly. */
  readonly assembly: string;
}
