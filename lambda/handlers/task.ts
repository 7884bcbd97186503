/** What every task of the issuance state machine is wrapped in: one log line with the enrolment's name, and errors by their code. */
import type { Generation } from '../generation.ts';
import { logged } from './logged.ts';

/** A handler for one task. An error goes on to the state machine with its code, which decides what happens there. */
export const task = <Input extends Generation, Output>(
  name: string,
  run: (input: Input) => Promise<Output>,
  /** What of the output the log line tells. */
  told: (output: Output) => object = () => ({}),
) =>
  logged(
    ({ enrolmentId, generation }: Input) => ({
      event: 'issuance',
      task: name,
      enrolmentId,
      generation,
    }),
    async (input, log) => {
      const output = await run(input);
      log({ outcome: 'done', ...told(output) });
      return output;
    },
  );
