/** The whole app on one machine: a synthesized template, its emulators, its two HTTP APIs. */
import { deployAuthorities } from './deploy/authorities.ts';
import { deployConsole } from './deploy/console.ts';
import { deployCustomResources } from './deploy/custom-resources.ts';
import type { Deployment } from './deploy/deployment.ts';
import { startEmulators } from './deploy/emulators.ts';
import { deployFunctions } from './deploy/functions.ts';
import { deployHttpApis, type HttpApiServers, publishApiEndpoints } from './deploy/http-apis.ts';
import { fillIntuneSecrets, startLocalIntune } from './deploy/intune.ts';
import { readPermissions } from './deploy/permissions.ts';
import { deployRules } from './deploy/rules.ts';
import { deploySecrets } from './deploy/secrets.ts';
import { deployStateMachines } from './deploy/state-machines.ts';
import { deployTables } from './deploy/tables.ts';
import type { Json } from './emulators/aws-service.ts';
import type { AroundCall } from './emulators/signed-call.ts';
import { defaultConcurrency } from './functions/concurrency.ts';
import type { InvocationResult } from './functions/invocation.ts';
import type { AroundInvocation, FunctionPool } from './functions/pool.ts';
import { openHttpApiServer } from './http-api/server.ts';
import type { Roles, StatementReference } from './permissions/roles.ts';
import { type Progress, reportNothing } from './progress.ts';
import {
  checkFormat,
  clearState,
  createStateDirectory,
  lockState,
  type StateDirectory,
  unlockState,
} from './state-directory.ts';
import { readStoredJson } from './stored-json.ts';
import { adoptAuthorities } from './template/adopted-authorities.ts';
import { readAssembly } from './template/assembly.ts';
import { openResources } from './template/resources.ts';

/** How a stack is started. Port 0 takes any free one. */
export interface LocalStackOptions {
  /**
   * The directory of a synthesized cloud assembly, which many stacks can share; or what makes one,
   * with this context, and gives it.
   */
  readonly assembly: string | ((context: Readonly<Record<string, string>>) => Promise<string>);
  readonly stateDirectory: string;
  /** Deletes what earlier runs left. */
  readonly isFresh?: boolean;
  readonly port?: number;
  readonly adminPort?: number;
  /** Starts an emulated Intune tenant, and tells the app of it by the context `intune`. */
  readonly isIntune?: boolean;
  /** How long after IssueCertificate a certificate can be had; 0.3 s. */
  readonly pcaDelaySeconds?: number;
  /** IssueCertificate requests a second that the CA takes; 25, as in a new account. */
  readonly pcaRatePerSecond?: number;
  /** How long after a call to the CA CloudTrail shows it: minutes in AWS, at once here. */
  readonly cloudTrailDelaySeconds?: number;
  /** How many functions the account runs at once; Lambda's 1,000. */
  readonly concurrency?: number | undefined;
  /** Changes what IssueCertificate is given, for a test of a CA that issues something else. */
  readonly alterOrder?: (order: Json) => Json;
  /** A seed: the emulators then do what AWS does now and then (unreliable.ts). */
  readonly unreliable?: string | undefined;
  /** Runs around every call of an emulator, and around every invocation of a function. */
  readonly aroundCall?: AroundCall;
  readonly aroundInvocation?: AroundInvocation;
  /** Function output to the console as well. */
  readonly isVerbose?: boolean;
  readonly progress?: Progress;
}

/** A running stack. */
export interface LocalStack {
  readonly deviceUrl: string;
  readonly adminUrl: string;
  /** Where the custom widgets of the template's dashboards are shown, if it has any. */
  readonly consoleUrl?: string;
  /** The template's outputs, resolved. */
  readonly outputs: Readonly<Record<string, string>>;
  /** The environment of each function, by logical id: what the template tells them. */
  readonly functionEnvironments: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Where the emulators are, as functions are told: `AWS_ENDPOINT_URL_*` by name. */
  readonly awsEndpoints: Readonly<Record<string, string>>;
  /** Where the emulated Intune tenant is controlled, if there is one. */
  readonly intuneControlUrl?: string;
  /**
   * The statements of every role, by the role's logical id and in the order that `leaveOut` counts.
   */
  readonly roleStatements: Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;
  /**
   * Leaves this statement out from now on, and no other; functions start anew, without what they
   * had read.
   */
  readonly leaveOut: (reference: StatementReference | undefined) => Promise<void>;
  /** How many requests were denied for want of that statement. */
  readonly missed: () => number;
  /** The certificate of a CA, as PEM. */
  readonly authorityCertificate: (arn: string) => string;
  /** The current text of a secret, by its ARN. */
  readonly secretText: (arn: string) => Promise<string>;
  /** Rotations that failed at their first attempt; they are tried again. */
  readonly rotationFaults: readonly Error[];
  /** The logical ids of the rules that have a schedule. */
  readonly schedules: readonly string[];
  /**
   * Runs a rule that has a schedule now, by its logical id or its name, and tells how the first
   * attempt of each target ended. Refuses a rule that is not there.
   */
  readonly fireSchedule: (logicalIdOrName: string) => Promise<InvocationResult[]>;
  readonly stop: () => Promise<void>;
}

type Closers = (() => Promise<void> | void)[];

/**
 * Starts the stack; it serves when this resolves. Refuses a template that is not modelled, a taken
 * port, and a state directory in use, and leaves nothing running then.
 */
export const startLocalStack = async (options: LocalStackOptions): Promise<LocalStack> => {
  const state = createStateDirectory(options.stateDirectory);
  const closers: Closers = [];
  const stop = async (): Promise<void> => {
    for (const close of closers.splice(0).reverse()) await close();
  };
  try {
    lockState(state);
    closers.push(() => unlockState(state));
    if (options.isFresh) clearState(state);
    checkFormat(state);
    return { ...(await start(options, state, closers)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
};

const start = async (
  options: LocalStackOptions,
  state: StateDirectory,
  closers: Closers,
): Promise<Omit<LocalStack, 'stop'>> => {
  const progress = options.progress ?? reportNothing;
  const servers = await openServers(options, closers);
  const intune = options.isIntune ? await startLocalIntune(state.intune) : undefined;
  if (intune) closers.push(intune.stop);
  const { assembly: given } = options;
  const read = readAssembly(typeof given === 'string' ? given : await given(intune?.context ?? {}));
  const assembly = { ...read, template: adoptAuthorities(read.template) };
  const resources = openResources(assembly.stackName, assembly.template);
  publishApiEndpoints(resources, servers);
  const { roles, leaveOut, missed, authorize } = readPermissions(resources);

  const functions = new Map<string, FunctionPool>();
  const {
    stop: stopEmulators,
    endpoints,
    ...services
  } = await startEmulators(options, state, functions, authorize);
  closers.push(stopEmulators);
  const isVerbose = options.isVerbose ?? false;
  const deployment: Deployment = {
    assembly,
    resources,
    roles,
    functions,
    logsDirectory: state.logs,
    isVerbose,
    ...services,
  };
  await progress('making the certificate authority', () => deployAuthorities(deployment));
  await deployTables(deployment);
  const { concurrency = defaultConcurrency, aroundInvocation } = options;
  deployFunctions(deployment, endpoints, concurrency, aroundInvocation);
  await deployCustomResources(deployment);
  deploySecrets(deployment);
  if (intune) await fillIntuneSecrets(deployment, intune.clientSecret);
  deployStateMachines(deployment);
  const rotationFaults = await progress(
    'rotating secrets that are due',
    services.secretsManager.rotations.rotateDue,
  );
  const console = deployConsole(deployment);
  deployHttpApis(deployment, servers, console);
  deployRules(deployment);
  services.stepFunctions.resume(readStoredJson(state.openExecutions) ?? []);
  return {
    deviceUrl: servers.device.url,
    adminUrl: servers.admin.url,
    ...(console && { consoleUrl: `${servers.admin.url}/console` }),
    outputs: resources.outputs(),
    roleStatements: statementsOf(roles),
    leaveOut: async (reference) => {
      leaveOut(reference);
      await Promise.all([...new Set(functions.values())].map((pool) => pool.renew()));
    },
    missed,
    functionEnvironments: environmentsOf(deployment),
    awsEndpoints: endpoints,
    ...(intune && { intuneControlUrl: intune.controlUrl }),
    secretText: async (arn) => {
      const { GetSecretValue } = services.secretsManager.operations;
      const value = (await GetSecretValue?.({ SecretId: arn })) as { SecretString?: string };
      return value.SecretString ?? '';
    },
    authorityCertificate: (arn) => services.acmPca.authorities.find(arn).certificatePem ?? '',
    rotationFaults,
    schedules: services.eventBridge.schedules.ids(),
    fireSchedule: services.eventBridge.schedules.fire,
  };
};

/**
 * Takes both ports first: a taken one is found out at once, and the template can then name them.
 */
const openServers = async (
  options: LocalStackOptions,
  closers: Closers,
): Promise<HttpApiServers> => {
  const device = await openHttpApiServer({
    port: options.port ?? 0,
    portVariable: 'PORT',
    refusesBrowsers: false,
  });
  closers.push(device.stop);
  const admin = await openHttpApiServer({
    port: options.adminPort ?? 0,
    portVariable: 'ADMIN_PORT',
    refusesBrowsers: true,
  });
  closers.push(admin.stop);
  return { device, admin };
};

const statementsOf = (roles: Roles): LocalStack['roleStatements'] =>
  Object.fromEntries(
    [...roles.values()].map(({ logicalId, statements }) => [
      logicalId,
      statements.map(({ document }) => document),
    ]),
  );

const environmentsOf = ({ resources }: Deployment): LocalStack['functionEnvironments'] =>
  Object.fromEntries(
    resources.ofType('AWS::Lambda::Function').map(({ logicalId, properties }) => {
      const { Variables = {} } = (properties.Environment ?? {}) as {
        Variables?: Record<string, string>;
      };
      return [logicalId, Variables];
    }),
  );
