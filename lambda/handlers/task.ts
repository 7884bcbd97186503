/** What every task of the issuance state machine is wrapped in: one log line, and errors by their name alone. */
import middy from '@middy/core';
import { toldOf } from '../errors.ts';
import type { Generation } from '../generation.ts';
import { logLine } from './log-line.ts';

/**
 * A handler for one task. An error goes on to the state machine with its name, which decides what happens there; its
 * message stays here, because the execution's history keeps what it is given and an SDK's message may quote the request.
 */
export const task = <Input extends Generation, Output>(
  name: string,
  run: (input: Input) => Promise<Output>,
  /** What of the output the log line tells. */
  told: (output: Output) => object = () => ({}),
) =>
  middy<Input, Output>()
    .onError(({ event, error }) => {
      const told = toldOf(error);
      const { code } = told;
      log(name, event, { outcome: 'failed', ...told });
      throw Object.assign(new Error(code), { name: code, stack: undefined });
    })
    .handler(async (input) => {
      const output = await run(input);
      log(name, input, { outcome: 'done', ...told(output) });
      return output;
    });

const log = (name: string, { enrolmentId, generation }: Generation, fields: object): void =>
  logLine({ event: 'issuance', task: name, enrolmentId, generation, ...fields });
