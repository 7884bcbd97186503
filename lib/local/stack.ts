/**
 * Runs the whole app on one machine: a synthesized template, emulators of its AWS services, and its
 * two HTTP APIs.
 */
import type { Additions } from './app.ts';
import { deployAuthorities } from './deploy/authorities.ts';
import { deployConsole } from './deploy/console.ts';
import { deployCustomResources } from './deploy/custom-resources.ts';
import type { Deployment } from './deploy/deployment.ts';
import { startEmulators } from './deploy/emulators.ts';
import { deployFunctions } from './deploy/functions.ts';
import { deployHttpApis, type HttpApiServers, publishApiEndpoints } from './deploy/http-apis.ts';
import { fillIntuneSecrets, startLocalIntune } from './deploy/intune.ts';
import { deployParameters } from './deploy/parameters.ts';
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

/** Options of a stack. Port 0 is any free port. */
export interface LocalStackOptions {
  /**
   * The directory of a synthesized cloud assembly, which several stacks can share. Or a function
   * that synthesizes one with a connector for the emulated tenant and returns its directory.
   */
  readonly assembly: string | ((tenant: Pick<Additions, 'intune'>) => Promise<string>);
  readonly stateDirectory: string;
  /** Deletes the state of earlier runs. */
  readonly isFresh?: boolean;
  readonly port?: number;
  readonly adminPort?: number;
  /** Starts an emulated Intune tenant, for which `assembly` declares a connector. */
  readonly isIntune?: boolean;
  /** The time from IssueCertificate until the certificate is available. Default: 0.3 s. */
  readonly pcaDelaySeconds?: number;
  /** IssueCertificate requests per second that the CA accepts. Default: 25, as in a new account. */
  readonly pcaRatePerSecond?: number;
  /** The time until CloudTrail shows a call to the CA. Default: 0. AWS takes minutes. */
  readonly cloudTrailDelaySeconds?: number;
  /** The account's concurrent executions. Default: Lambda's 1,000. */
  readonly concurrency?: number | undefined;
  /** Changes the input of IssueCertificate, to test a CA that issues something else. */
  readonly alterOrder?: (order: Json) => Json;
  /** A seed. The emulators then inject the occasional failures of AWS (unreliable.ts). */
  readonly unreliable?: string | undefined;
  /** Runs around every call of an emulator, and around every invocation of a function. */
  readonly aroundCall?: AroundCall;
  readonly aroundInvocation?: AroundInvocation;
  /** Prints the output of functions to the console as well. */
  readonly isVerbose?: boolean;
  readonly progress?: Progress;
}

/** A running stack. */
export interface LocalStack {
  readonly deviceUrl: string;
  readonly adminUrl: string;
  /** The page with the custom widgets of the template's dashboards, if there are any. */
  readonly consoleUrl?: string;
  /** The template's parameters of Parameter Store, by name. */
  readonly parameters: Readonly<Record<string, string>>;
  /** The template's outputs, resolved. */
  readonly outputs: Readonly<Record<string, string>>;
  /** The environment variables of each function in the template, by logical id. */
  readonly functionEnvironments: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** The emulators' addresses: `AWS_ENDPOINT_URL_*` by name. */
  readonly awsEndpoints: Readonly<Record<string, string>>;
  /** The control API of the emulated Intune tenant, if there is one. */
  readonly intuneControlUrl?: string;
  /** The statements of every role by its logical id, in the order of `leaveOut`. */
  readonly roleStatements: Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;
  /**
   * Removes this one statement from now on, and restores any other. Functions start anew, so that
   * they read everything again.
   */
  readonly leaveOut: (reference: StatementReference | undefined) => Promise<void>;
  /** How many requests were denied because the statement is removed. */
  readonly missed: () => number;
  /** The certificate of a CA, as PEM. */
  readonly authorityCertificate: (arn: string) => string;
  /** The current text of a secret, by its ARN. */
  readonly secretText: (arn: string) => Promise<string>;
  /** Rotations whose first attempt failed. They are retried. */
  readonly rotationFaults: readonly Error[];
  /** The logical ids of the scheduled rules. */
  readonly schedules: readonly string[];
  /**
   * Runs a scheduled rule now, by its logical id or name. Returns the result of each target's first
   * attempt. Throws if there is no such rule.
   */
  readonly fireSchedule: (logicalIdOrName: string) => Promise<InvocationResult[]>;
  readonly stop: () => Promise<void>;
}

type Closers = (() => Promise<void> | void)[];

/**
 * Starts the stack, which serves when this resolves. Refuses a template with unsupported features,
 * a port in use, and a state directory in use. After an error nothing keeps running.
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
  const { assembly: source } = options;
  const read = readAssembly(
    typeof source === 'string'
      ? source
      : await source(intune ? { intune: intune.declaration } : {}),
  );
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
  await progress('creating the certificate authority', () => deployAuthorities(deployment));
  await deployTables(deployment);
  const { concurrency = defaultConcurrency, aroundInvocation } = options;
  deployFunctions(deployment, endpoints, concurrency, aroundInvocation);
  await deployCustomResources(deployment);
  deploySecrets(deployment);
  deployParameters(deployment);
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
    parameters: listParameters(deployment),
    outputs: resources.outputs(),
    roleStatements: listStatements(roles),
    leaveOut: async (reference) => {
      leaveOut(reference);
      await Promise.all([...new Set(functions.values())].map((pool) => pool.renew()));
    },
    missed,
    functionEnvironments: listEnvironments(deployment),
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
 * Opens both ports first. A port in use is reported at once, and the template can refer to both.
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

const listParameters = ({ resources }: Deployment): LocalStack['parameters'] =>
  Object.fromEntries(
    resources
      .ofType('AWS::SSM::Parameter')
      .map(({ physicalName, properties }) => [physicalName, String(properties.Value)]),
  );

const listStatements = (roles: Roles): LocalStack['roleStatements'] =>
  Object.fromEntries(
    [...roles.values()].map(({ logicalId, statements }) => [
      logicalId,
      statements.map(({ document }) => document),
    ]),
  );

const listEnvironments = ({ resources }: Deployment): LocalStack['functionEnvironments'] =>
  Object.fromEntries(
    resources.ofType('AWS::Lambda::Function').map(({ logicalId, properties }) => {
      const { Variables = {} } = (properties.Environment ?? {}) as {
        Variables?: Record<string, string>;
      };
      return [logicalId, Variables];
    }),
  );
