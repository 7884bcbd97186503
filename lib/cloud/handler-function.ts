/**
 * Makes every function of ours: the same runtime, bundle and log for each, and a role of its own.
 */
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
import { type HandlerName, handlerLimits } from './handler-limits.ts';
import { functionLogGroup } from './log-group.ts';
import { pascalCase } from './pascal-case.ts';

/** Values of environment variables, by their names in lambda/environment.ts. */
type HandlerEnvironment = Readonly<Partial<Record<keyof typeof environment, string>>>;

export interface HandlerFunctionProps {
  readonly description: string;
  /** Given only if a policy outside has to name it; otherwise CloudFormation names the function. */
  readonly functionName?: string;
  readonly environment: HandlerEnvironment;
  /**
   * Concurrency that is kept for this function and bounds it; by default it uses the account's
   * pool.
   */
  readonly reservedConcurrency?: number;
}

/**
 * Makes the function of one handler in a scope named after it. It may write its log; other
 * permissions are granted to it.
 */
export function handlerFunction(
  scope: Construct,
  handler: HandlerName,
  props: HandlerFunctionProps,
): LambdaFunction {
  const own = new Construct(scope, pascalCase(handler));
  const logGroup = functionLogGroup(own);
  const { timeoutSeconds, memoryMegabytes } = handlerLimits[handler];
  return new LambdaFunction(own, 'Function', {
    functionName: props.functionName,
    description: props.description,
    code: handlerCode(handler),
    handler: 'index.handler',
    runtime: Runtime.NODEJS_24_X,
    architecture: Architecture.ARM_64,
    timeout: Duration.seconds(timeoutSeconds),
    memorySize: memoryMegabytes,
    reservedConcurrentExecutions: props.reservedConcurrency,
    environment: named(props.environment),
    role: roleFor(own, logGroup),
    logGroup,
    loggingFormat: LoggingFormat.JSON,
  });
}

function roleFor(scope: Construct, logGroup: LogGroup): Role {
  const role = new Role(scope, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
  role.addToPolicy(
    new PolicyStatement({
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      resources: [logGroup.logGroupArn],
    }),
  );
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
