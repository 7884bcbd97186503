/** Lambda functions, each with a pool of worker threads. */
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Concurrency, createConcurrency } from '../functions/concurrency.ts';
import type { FunctionDefinition } from '../functions/environment.ts';
import { openFunctionLog } from '../functions/log.ts';
import { type AroundInvocation, FunctionPool } from '../functions/pool.ts';
import { createThreadBudget } from '../functions/threads.ts';
import type { Assembly } from '../template/assembly.ts';
import type { Resource, Resources } from '../template/resources.ts';
import { NotModelledError, pseudoParameters } from '../template/template.ts';
import type { Deployment } from './deployment.ts';
import { toAccessKeyId } from './permissions.ts';

/**
 * Creates a pool for every function. `endpoints` are the emulators' `AWS_ENDPOINT_URL_*`, and
 * `accountConcurrency` limits the account's concurrent executions. Refuses reservations that exceed
 * it.
 */
export const deployFunctions = (
  deployment: Deployment,
  endpoints: Readonly<Record<string, string>>,
  accountConcurrency: number,
  around?: AroundInvocation,
): void => {
  const { assembly, resources, functions, logsDirectory, isVerbose } = deployment;
  mkdirSync(logsDirectory, { recursive: true, mode: 0o700 });
  const concurrency = readConcurrency(resources, accountConcurrency);
  const threads = createThreadBudget();
  for (const resource of resources.ofType('AWS::Lambda::Function')) {
    const definition = readDefinition(resource, assembly, endpoints);
    const log = openFunctionLog(
      join(logsDirectory, `${resource.physicalName}.log`),
      resource.logicalId,
      isVerbose,
    );
    functions.set(
      resource.arn,
      new FunctionPool(definition, { log, concurrency, threads, around }),
    );
  }
};

const readConcurrency = (resources: Resources, accountConcurrency: number): Concurrency => {
  const reserved = resources
    .ofType('AWS::Lambda::Function')
    .filter(({ properties }) => properties.ReservedConcurrentExecutions !== undefined)
    .map(({ arn, properties }) => [arn, Number(properties.ReservedConcurrentExecutions)] as const);
  return createConcurrency(accountConcurrency, new Map(reserved));
};

const readDefinition = (
  { where, arn, physicalName, properties }: Resource,
  assembly: Assembly,
  endpoints: Readonly<Record<string, string>>,
): FunctionDefinition => {
  const { Code, Environment, Handler, MemorySize, Runtime, Timeout } = properties;
  if (Runtime !== 'nodejs24.x')
    throw new NotModelledError(`${where}: the runtime ${String(Runtime)}`);
  const objectKey = (Code as Readonly<Record<string, unknown>>).S3Key;
  if (typeof objectKey !== 'string')
    throw new NotModelledError(`${where}: code that is not an asset`);
  const [file = 'index', exportName = 'handler'] = String(Handler).split('.');
  const directory = assembly.assetDirectory(objectKey);
  const candidates = ['.mjs', '.js'].map((extension) => join(directory, file + extension));
  const handlerFile = candidates.find(existsSync);
  if (!handlerFile) throw new Error(`${where}: no ${candidates.join(' and no ')}`);
  const variables = (Environment as { Variables?: Readonly<Record<string, string>> } | undefined)
    ?.Variables;
  return {
    handlerFile,
    exportName,
    functionName: physicalName,
    functionArn: arn,
    memoryMegabytes: Number(MemorySize ?? 128),
    timeoutSeconds: Number(Timeout ?? 3),
    environment: { ...variables, ...endpoints, ...buildRuntimeVariables(physicalName, arn) },
  };
};

/**
 * The variables that Lambda itself sets and the code reads. The emulators identify the function by
 * its access key.
 */
const buildRuntimeVariables = (
  functionName: string,
  functionArn: string,
): Readonly<Record<string, string>> => ({
  AWS_REGION: pseudoParameters['AWS::Region'],
  AWS_DEFAULT_REGION: pseudoParameters['AWS::Region'],
  AWS_LAMBDA_FUNCTION_NAME: functionName,
  AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
  AWS_ACCESS_KEY_ID: toAccessKeyId(functionArn),
  AWS_SECRET_ACCESS_KEY: 'local',
  AWS_SESSION_TOKEN: 'local',
  TZ: ':UTC',
});
