/** The inputs and results of deploying a template's resources. */
import type { AcmPca } from '../emulators/acm-pca.ts';
import type { DynamoDb } from '../emulators/dynamodb.ts';
import type { EventBridge } from '../emulators/eventbridge.ts';
import type { ParameterStore } from '../emulators/parameter-store.ts';
import type { SecretsManager } from '../emulators/secrets-manager.ts';
import type { StepFunctions } from '../emulators/step-functions.ts';
import type { AsynchronousInvocations } from '../functions/asynchronous.ts';
import type { FunctionPool } from '../functions/pool.ts';
import type { Roles } from '../permissions/roles.ts';
import type { Assembly } from '../template/assembly.ts';
import type { Resources } from '../template/resources.ts';

/** The emulators, and the functions by ARN. */
export interface Deployment {
  readonly assembly: Assembly;
  readonly resources: Resources;
  readonly roles: Roles;
  readonly acmPca: AcmPca;
  readonly dynamoDb: DynamoDb;
  readonly parameterStore: ParameterStore;
  readonly secretsManager: SecretsManager;
  readonly stepFunctions: StepFunctions;
  readonly eventBridge: EventBridge;
  readonly invocations: AsynchronousInvocations;
  readonly functions: Map<string, FunctionPool>;
  readonly logsDirectory: string;
  readonly isVerbose: boolean;
}
