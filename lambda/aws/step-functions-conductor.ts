/** The conductor: Step Functions, Standard. */
import { ExecutionAlreadyExists, type SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { executionName } from '../generation.ts';
import type { Conductor } from '../ports.ts';

/** The port on one state machine. A name is started once in 90 days, so a second start finds the first. */
export const stepFunctionsConductor = (client: SFNClient, stateMachineArn: string): Conductor => ({
  start: async (generation, run) => {
    const { enrolmentId, generation: number } = generation;
    const command = new StartExecutionCommand({
      stateMachineArn,
      name: executionName(generation, run),
      input: JSON.stringify({ enrolmentId, generation: number }),
    });
    try {
      // Of one that runs it says nothing but that it does.
      await client.send(command);
      return 'running';
    } catch (error) {
      if (error instanceof ExecutionAlreadyExists) return 'ended';
      throw error;
    }
  },
});
