/** State machines. */
import { NotModelledError } from '../template/template.ts';
import type { Deployment } from './deployment.ts';

/** Adds the state machines; refuses a type that is neither Standard nor Express. */
export const deployStateMachines = ({ resources, stepFunctions }: Deployment): void => {
  const declared = resources.ofType('AWS::StepFunctions::StateMachine');
  for (const { reference: arn, properties, where } of declared) {
    const type = properties.StateMachineType ?? 'STANDARD';
    if (type !== 'STANDARD' && type !== 'EXPRESS')
      throw new NotModelledError(`${where}: a state machine of type ${String(type)}`);
    stepFunctions.addStateMachine({
      arn,
      type,
      definition: String(properties.DefinitionString),
      where,
    });
  }
};
