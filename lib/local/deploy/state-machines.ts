/** State machines. */
import { NotModelledError } from '../template/template.ts';
import type { Deployment } from './deployment.ts';

/** Adds the state machines; refuses express ones. */
export const deployStateMachines = ({ resources, stepFunctions }: Deployment): void => {
  for (const { reference, properties, where } of resources.ofType(
    'AWS::StepFunctions::StateMachine',
  )) {
    const type = properties.StateMachineType ?? 'STANDARD';
    if (type !== 'STANDARD')
      throw new NotModelledError(`${where}: a state machine of type ${String(type)}`);
    stepFunctions.addStateMachine(reference, String(properties.DefinitionString), where);
  }
};
