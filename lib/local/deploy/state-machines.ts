/** State machines, each with its own role. */
import type { InvocationResult, Invoke } from '../functions/invocation.ts';
import { type Caller, formatDeniedMessage } from '../permissions/denied.ts';
import { assumeRole } from '../permissions/roles.ts';
import type { Resource } from '../template/resources.ts';
import { NotModelledError } from '../template/template.ts';
import type { Deployment } from './deployment.ts';

/** Adds the state machines; refuses Standard workflows. */
export const deployStateMachines = (deployment: Deployment): void => {
  const { resources, stepFunctions } = deployment;
  for (const declared of resources.ofType('AWS::StepFunctions::StateMachine')) {
    const { reference: arn, properties, where } = declared;
    const type = properties.StateMachineType ?? 'STANDARD';
    if (type !== 'EXPRESS')
      throw new NotModelledError(`${where}: a state machine of type ${String(type)}`);
    const definition = String(properties.DefinitionString);
    const invoke = invokeUnderRole(readCaller(declared, deployment), deployment);
    stepFunctions.addStateMachine({ arn, definition, invoke, where });
  }
};

/** Adds the service's name to an error of Lambda itself, as Step Functions does. */
const toTaskResult = (result: InvocationResult): InvocationResult =>
  !result.ok && result.isThrottled
    ? { ok: false, error: { ...result.error, errorType: `Lambda.${result.error.errorType}` } }
    : result;

const readCaller = (
  { reference, physicalName, properties, where }: Resource,
  deployment: Deployment,
): Caller => {
  const service = 'states.amazonaws.com';
  const assumption = { service, resourceArn: reference, where };
  return {
    role: assumeRole(deployment.roles, properties.RoleArn, assumption),
    session: physicalName,
  };
};

/**
 * Invokes functions under a role. A task without permission on its function fails as if Lambda had
 * refused it.
 */
const invokeUnderRole =
  (caller: Caller, { functions }: Deployment) =>
  (functionArn: string): Invoke => {
    const pool = functions.get(functionArn);
    if (!pool) throw new Error(`no function ${functionArn}`);
    const need = { action: 'lambda:InvokeFunction', resource: functionArn, context: {} };
    return async (event) => {
      if (caller.role.allows(need)) return toTaskResult(await pool.invoke(event));
      const errorMessage = formatDeniedMessage(caller, need);
      return { ok: false, error: { errorType: 'Lambda.AWSLambdaException', errorMessage } };
    };
  };
