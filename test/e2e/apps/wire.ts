/** What test files and the process of the apps send each other. */

import type { StatementReference } from '../../../lib/local/permissions/roles.ts';
import type { RunInfo } from '../../../lib/local/run-info.ts';
import type { LocalStack } from '../../../lib/local/stack.ts';

/** Which app a test file wants; the same request gets the same app. */
export interface AppRequest {
  /** Context of `-c`. */
  readonly context: Readonly<Record<string, string>>;
  readonly isIntune: boolean;
  /** The program of the app, from the project's root; `bin/scep-connector.ts` by default. */
  readonly program?: string;
  /** Names an app that disturbs others, or that others would disturb. */
  readonly name?: string;
}

/** A call of the server: starts the app where it does not run yet, and does one more thing. */
export interface AppCall {
  readonly app: AppRequest;
  /** Fires the schedule whose logical id holds this word. */
  readonly fire?: string;
  /** Leaves a statement of a role out from now on; null: none. */
  readonly leaveOut?: StatementReference | null;
  /** Returns how many requests were denied for want of it. */
  readonly missed?: true;
}

/** What a test file knows of an app. */
export interface AppFacts
  extends RunInfo,
    Pick<LocalStack, 'awsEndpoints' | 'functionEnvironments' | 'roleStatements'> {
  readonly stateDirectory: string;
  /** The directory of its cloud assembly. */
  readonly assembly: string;
}
