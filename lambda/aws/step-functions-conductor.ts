/** The conductor: Step Functions, Standard. */
import { ExecutionAlreadyExists, type SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { generationName } from '../generation.ts';
import type { Conductor } from '../ports.ts';

/** The port on one state machine. A name is started once in 90 days, so a second start finds the first. */
export const stepFunctionsConductor = (client: SFNClient, stateMachineArn: string): Conductor => ({
  start: async (generation) => {
    const { enrolmentId, generation: number } = generation;
    const command = new StartExecutionCommand({
      stateMachineArn,
      name: generationName(generation),
      input: JSON.stringify({ enrolmentId, generation: number }),
    });
    try {
      await client.send(command);
    } catch (error) {
      if (!(error instanceof ExecutionAlreadyExists)) throw error;
    }
  },
});
