/** The one way a function of ours is made: the same runtime, bundle and log for each, and a role of its own. */
import { Duration } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
} from 'aws-cdk-lib/aws-lambda';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { environment } from '../../lambda/environment.ts';
import { handlerCode } from './handler-bundle.ts';
import { functionLogGroup } from './log-group.ts';
import { pascalCase } from './pascal-case.ts';

/**
 * Every handler, and what it needs of time and of memory (which is also processor time: 1,769 MB is one core).
 * 29 s is an HTTP API's 30 s less the answer's way home; 300 s is an RSA key and a CA that is slow or throttled.
 * 150 s is 150 pages of CloudTrail's, of which it gives two a second to the whole account; so one at a time, too.
 * 40 s is a token, an address and a notification at 8 s each (lambda/intune), and a certificate to revoke.
 * `atOnce` is how many may run at a time, so that a storm leaves the account room for others; scep's and notify's follow from the CA's
 * rate (scep-function.ts, issuance-tasks.ts).
 */
const handlers = {
  scep: { timeoutSeconds: 29, memoryMegabytes: 1024, atOnce: 200 },
  issue: { timeoutSeconds: 20, memoryMegabytes: 512, atOnce: 10 },
  collect: { timeoutSeconds: 20, memoryMegabytes: 512, atOnce: 15 },
  lint: { timeoutSeconds: 20, memoryMegabytes: 512, atOnce: 5 },
  find: { timeoutSeconds: 150, memoryMegabytes: 512, atOnce: 1 },
  notify: { timeoutSeconds: 40, memoryMegabytes: 512, atOnce: 75 },
  settle: { timeoutSeconds: 20, memoryMegabytes: 512, atOnce: 5 },
  reconcile: { timeoutSeconds: 240, memoryMegabytes: 256, atOnce: 1 },
  'revoke-requested': { timeoutSeconds: 300, memoryMegabytes: 256, atOnce: 1 },
  'rotate-ra': { timeoutSeconds: 300, memoryMegabytes: 1024, atOnce: 1 },
  'rotate-challenge': { timeoutSeconds: 60, memoryMegabytes: 512, atOnce: 1 },
  admin: { timeoutSeconds: 20, memoryMegabytes: 512, atOnce: 5 },
  'mscep-admin': { timeoutSeconds: 20, memoryMegabytes: 512, atOnce: 5 },
  panel: { timeoutSeconds: 20, memoryMegabytes: 512, atOnce: 5 },
} as const;

/** The name of a file in lambda/handlers. */
export type HandlerName = keyof typeof handlers;

/** Values for the environment, by the names that lambda/environment.ts has for them. */
type HandlerEnvironment = Readonly<Partial<Record<keyof typeof environment, string>>>;

export interface HandlerFunctionProps {
  readonly description: string;
  /** Where something outside must know it; otherwise CloudFormation names it. */
  readonly functionName?: string;
  readonly environment: HandlerEnvironment;
  /** Whether its concurrency is reserved, which bounds it, or taken from what the account has left. */
  readonly isBounded: boolean;
  /** How many may run at a time, where that is not the same for every connector. */
  readonly atOnce?: number;
  /** Everything the function may do in AWS, besides writing to its own log group. */
  readonly may: readonly PolicyStatement[];
}

/** Makes the function of one handler in a scope of its own, named after it. */
export function handlerFunction(
  scope: Construct,
  handler: HandlerName,
  props: HandlerFunctionProps,
): LambdaFunction {
  const own = new Construct(scope, pascalCase(handler));
  const logGroup = functionLogGroup(own);
  const { timeoutSeconds, memoryMegabytes, atOnce } = handlers[handler];
  return new LambdaFunction(own, 'Function', {
    functionName: props.functionName,
    description: props.description,
    code: handlerCode(handler),
    handler: 'index.handler',
    runtime: Runtime.NODEJS_24_X,
    architecture: Architecture.ARM_64,
    timeout: Duration.seconds(timeoutSeconds),
    memorySize: memoryMegabytes,
    reservedConcurrentExecutions: props.isBounded ? (props.atOnce ?? atOnce) : undefined,
    environment: named(props.environment),
    role: roleFor(own, logGroup, props.may),
    logGroup,
    loggingFormat: LoggingFormat.JSON,
  });
}

function roleFor(scope: Construct, logGroup: LogGroup, may: readonly PolicyStatement[]): Role {
  const role = new Role(scope, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
  role.addToPolicy(
    new PolicyStatement({
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      resources: [logGroup.logGroupArn],
    }),
  );
  for (const statement of may) role.addToPolicy(statement);
  return role;
}

function named(values: HandlerEnvironment): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [
      environment[key as keyof typeof environment],
      value,
    ]),
  );
}
