/** Starts the emulators on one state directory. */
import { createAcmPca } from '../emulators/acm-pca.ts';
import { startAwsJsonServer } from '../emulators/aws-json-server.ts';
import type { Json } from '../emulators/aws-service.ts';
import { createCloudTrail } from '../emulators/cloudtrail.ts';
import { startDynamoDb } from '../emulators/dynamodb.ts';
import { createEventBridge } from '../emulators/eventbridge.ts';
import { createParameterStore } from '../emulators/parameter-store.ts';
import { createSecretsManager } from '../emulators/secrets-manager.ts';
import type { AroundCall, Authorize } from '../emulators/signed-call.ts';
import { createStepFunctions } from '../emulators/step-functions.ts';
import { createAsynchronousInvocations } from '../functions/asynchronous.ts';
import type { Invoke } from '../functions/invocation.ts';
import type { FunctionPool } from '../functions/pool.ts';
import type { StateDirectory } from '../state-directory.ts';
import { writeStoredJson } from '../stored-json.ts';
import { createUnreliability, type Unreliability } from '../unreliable.ts';
import type { Deployment } from './deployment.ts';

/** The running emulators and their addresses for functions. */
export interface Emulators
  extends Pick<
    Deployment,
    | 'acmPca'
    | 'dynamoDb'
    | 'parameterStore'
    | 'secretsManager'
    | 'stepFunctions'
    | 'eventBridge'
    | 'invocations'
  > {
  /** `AWS_ENDPOINT_URL_*` by name. */
  readonly endpoints: Readonly<Record<string, string>>;
  /**
   * Stops the emulators and the functions: first those that invoke functions, then the functions,
   * then those that functions call.
   */
  readonly stop: () => Promise<void>;
}

/**
 * The behaviour of the CA and of CloudTrail. The defaults are those of a new account, except for
 * the delays, which AWS does not publish.
 */
export interface EmulatorOptions {
  readonly pcaDelaySeconds?: number | undefined;
  readonly pcaRatePerSecond?: number | undefined;
  readonly cloudTrailDelaySeconds?: number | undefined;
  readonly alterOrder?: ((order: Json) => Json) | undefined;
  /** The seed of injected faults. If omitted, none are injected. */
  readonly unreliable?: string | undefined;
  readonly aroundCall?: AroundCall;
}

const defaultDelaySeconds = 0.3;
const defaultRatePerSecond = 25;

/**
 * Starts the emulators. `functions` is filled at deployment. `authorize` runs before every
 * operation.
 */
export const startEmulators = async (
  options: EmulatorOptions,
  state: StateDirectory,
  functions: ReadonlyMap<string, FunctionPool>,
  authorize: Authorize,
): Promise<Emulators> => {
  const { unreliable } = options;
  const unreliability =
    unreliable === undefined ? undefined : createUnreliability(unreliable, console.error);
  const { recorded, ...services } = createServices(
    { ...options, unreliability },
    state,
    (functionArn) => {
      const pool = functions.get(functionArn);
      if (!pool) throw new Error(`no function ${functionArn}`);
      return pool.invoke;
    },
  );
  const { eventBridge, invocations, parameterStore, secretsManager, stepFunctions } = services;
  const dynamoDb = await startDynamoDb(state.dynamoDb, {
    authorize,
    ...(unreliability && { faults: unreliability.dynamoDb }),
    ...(options.aroundCall && { around: options.aroundCall }),
  });
  const aws = await startAwsJsonServer(
    [...recorded, eventBridge, parameterStore, secretsManager, stepFunctions],
    authorize,
    options.aroundCall,
  );
  return {
    ...services,
    dynamoDb,
    endpoints: {
      AWS_ENDPOINT_URL_ACM_PCA: aws.endpoint,
      AWS_ENDPOINT_URL_CLOUDTRAIL: aws.endpoint,
      AWS_ENDPOINT_URL_EVENTBRIDGE: aws.endpoint,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: aws.endpoint,
      AWS_ENDPOINT_URL_SFN: aws.endpoint,
      AWS_ENDPOINT_URL_SSM: aws.endpoint,
      AWS_ENDPOINT_URL_DYNAMODB: dynamoDb.endpoint,
    },
    stop: async () => {
      eventBridge.schedules.stop();
      invocations.stop();
      writeStoredJson(state.openExecutions, stepFunctions.running());
      stepFunctions.stop();
      secretsManager.rotations.stop();
      // An alias and its function share one pool.
      await Promise.all([...new Set(functions.values())].map((pool) => pool.stop()));
      await aws.stop();
      await dynamoDb.stop();
    },
  };
};

const createServices = (
  options: EmulatorOptions & { readonly unreliability: Unreliability | undefined },
  state: StateDirectory,
  invoke: (functionArn: string) => Invoke,
) => {
  const acmPca = createAcmPca({
    directory: state.authorities,
    delaySeconds: options.pcaDelaySeconds ?? defaultDelaySeconds,
    issueRatePerSecond: options.pcaRatePerSecond ?? defaultRatePerSecond,
    alterOrder: options.alterOrder,
  });
  const cloudTrail = createCloudTrail({
    path: state.trail,
    delaySeconds: options.cloudTrailDelaySeconds ?? 0,
  });
  const invocations = createAsynchronousInvocations({ invoke, report: console.error });
  return {
    acmPca,
    invocations,
    eventBridge: createEventBridge({ path: state.events, invocations }),
    parameterStore: createParameterStore(),
    secretsManager: createSecretsManager({ path: state.secrets, invoke }),
    stepFunctions: createStepFunctions({
      ...(options.unreliability && { deliver: options.unreliability.deliver }),
      onFailure: ({ name }, end) => console.error(`execution ${name} ${end.status}: ${end.error}`),
    }),
    // CloudTrail records the functions' calls to the CA, but not the template's.
    recorded: [
      cloudTrail.recording(acmPca, 'acm-pca.amazonaws.com', 'IssueCertificate'),
      cloudTrail,
    ],
  };
};
