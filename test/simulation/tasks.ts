/** The functions of the state machine: the real tasks, with the ports of one invocation. */
import { collect } from '../../lambda/issuance/collect.ts';
import { find } from '../../lambda/issuance/find.ts';
import { issue } from '../../lambda/issuance/issue.ts';
import { lint } from '../../lambda/issuance/lint.ts';
import { notify } from '../../lambda/issuance/notify.ts';
import { settle } from '../../lambda/issuance/settle.ts';
import type { Invocation } from './functions.ts';
import type { Payload } from './state-machine.ts';

type Context = Parameters<typeof issue>[1] &
  Parameters<typeof lint>[1] &
  Parameters<typeof find>[1] &
  Parameters<typeof notify>[1] &
  Parameters<typeof settle>[1] & { readonly ca: Parameters<typeof collect>[1] };

type Task<Input> = (input: Input, invocation: Invocation) => Promise<Payload>;

/** The tasks by the names of their states, in lower case. */
export interface Tasks {
  readonly issue: Task<Parameters<typeof issue>[0]>;
  readonly collect: Task<Parameters<typeof collect>[0]>;
  readonly find: Task<Parameters<typeof find>[0]>;
  readonly lint: Task<Parameters<typeof lint>[0]>;
  readonly notify: Task<Parameters<typeof notify>[0]>;
  readonly settle: Task<Parameters<typeof settle>[0]>;
}

/** What lambda/handlers does, without AWS. */
export const tasksOf = (portsOf: (invocation: Invocation) => Promise<Context>): Tasks => ({
  issue: async (input, invocation) => ({ ...(await issue(input, await portsOf(invocation))) }),
  collect: async (input, invocation) => ({
    ...(await collect(input, (await portsOf(invocation)).ca)),
  }),
  find: async (input, invocation) => ({ ...(await find(input, await portsOf(invocation))) }),
  lint: async (input, invocation) => ({ ...(await lint(input, await portsOf(invocation))) }),
  notify: async (input, invocation) => ({ ...(await notify(input, await portsOf(invocation))) }),
  settle: async (input, invocation) => {
    const { status } = await settle(input, await portsOf(invocation));
    return { enrolmentId: input.enrolmentId, generation: input.generation, status };
  },
});
