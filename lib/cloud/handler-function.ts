/** Creates all our functions, with the same runtime, bundle and log, and a role for each. */
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
import { environment } from '../../lambda/config/environment.ts';
import { bundleHandler } from './handler-bundle.ts';
import { type HandlerName, handlerLimits } from './handler-limits.ts';
import { createFunctionLogGroup } from './log-group.ts';
import { toPascalCase } from './pascal-case.ts';

/** Values of environment variables, by their names in lambda/config/environment.ts. */
type HandlerEnvironment = Readonly<Partial<Record<keyof typeof environment, string>>>;

export interface HandlerFunctionProps {
  readonly description: string;
  /**
   * Given where the name has a meaning: for a policy, or to replace the function with its CA.
   * Otherwise CloudFormation names it.
   */
  readonly functionName?: string;
  readonly environment: HandlerEnvironment;
  /**
   * Concurrency that is reserved for this function and limits it; by default it uses the account's
   * pool.
   */
  readonly reservedConcurrency?: number;
}

/**
 * Creates a handler's function in a scope named after it. The function may write its log; the
 * caller grants every other permission.
 */
export function createHandlerFunction(
  scope: Construct,
  handler: HandlerName,
  props: HandlerFunctionProps,
): LambdaFunction {
  const own = new Construct(scope, toPascalCase(handler));
  const logGroup = createFunctionLogGroup(own);
  const { timeoutSeconds, memoryMegabytes } = handlerLimits[handler];
  return new LambdaFunction(own, 'Function', {
    functionName: props.functionName,
    description: props.description,
    code: bundleHandler(handler),
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
