/**
 * Step Functions, Express: runs a definition for valueAt most five minutes, valueAt least once. An
 * accepted execution can be lost, start late, run twice, or stop valueAt any step. Retries follow
 * Amazon States Language.
 */
import type { Attempt } from '../../lambda/core/attempt.ts';
import { maxAttemptSeconds } from '../../lambda/issuance/task.ts';
import type { Definition, Retry, State } from './definition.ts';
import type { Dice } from './dice.ts';
import { type Caller, isBug } from './faults.ts';
import type { Trace } from './trace.ts';
import type { VirtualTime } from './virtual-time.ts';

/** The input and output of states. */
export type Payload = Readonly<Record<string, unknown>>;

/** The shares of executions that are lost, late, doubled or stopped. */
export interface WorkflowBehaviour {
  readonly losing: () => number;
  readonly delaying: () => number;
  readonly doubling: () => number;
  /** The share of steps after which an execution stops. */
  readonly stopping: () => number;
}

/** The executions of one state machine. */
export interface StateMachine {
  /** Accepts a start of an execution. */
  readonly start: (input: Attempt) => void;
  /** How many executions have started. */
  readonly executions: () => number;
}

/** Dependencies of the interpreter. */
export interface InterpreterOptions {
  readonly definition: Definition;
  readonly behaviour: WorkflowBehaviour;
  readonly time: VirtualTime;
  readonly trace: Trace;
  readonly dice: Dice;
  readonly faultRate: () => number;
  /** Runs the task of a state for an execution. */
  readonly runTask: (state: string, input: Payload, by: Caller) => Promise<Payload>;
}

/** The longest delay of an accepted execution, in milliseconds. */
const maxDelayMilliseconds = 90_000;

/** Creates a state machine without executions. */
export function createStateMachine(options: InterpreterOptions): StateMachine {
  const { time, trace, dice, behaviour } = options;
  let executions = 0;
  const begin = (input: Attempt): void => {
    const delay = dice.chance(behaviour.delaying()) ? dice.between(0, maxDelayMilliseconds) : 0;
    time.after(delay, () => {
      executions += 1;
      const label = `execution ${executions} of ${trace.nameOf(input)}`;
      time.spawn(async () => {
        const outcome = await execute(options, label, { ...input });
        trace.note(`${label} ${outcome}`);
      });
    });
  };
  return {
    executions: () => executions,
    start: (input) => {
      if (dice.chance(behaviour.losing()))
        return trace.note(`start of ${trace.nameOf(input)} lost`);
      begin(input);
      if (dice.chance(behaviour.doubling())) begin(input);
    },
  };
}

/** Runs an execution until it succeeds, fails, stops or times out. Returns which. */
async function execute(
  options: InterpreterOptions,
  label: string,
  input: Payload,
): Promise<string> {
  const { definition, time, dice, behaviour, faultRate } = options;
  const endsAt = time.now() + maxAttemptSeconds * 1000;
  const by: Caller = {
    label,
    isAlive: () => time.now() < endsAt,
    kill: () => {},
    isDurable: true,
    faultRate,
  };
  let payload = input;
  for (let name = definition.StartAt; ; ) {
    const state: State | undefined = definition.States[name];
    if (state === undefined) throw new Error(`the definition has no state ${name}`);
    if (state.Type === 'Succeed') return 'succeeded';
    if (!by.isAlive()) return 'States.Timeout';
    if (dice.chance(behaviour.stopping())) return 'stopped';
    if (state.Type === 'Task') {
      const step = await runTask(options, name, state, payload, by);
      if ('error' in step) return `failed: ${step.error}`;
      payload = step.payload;
      name = state.Next;
    } else if (state.Type === 'Wait') {
      await time.sleep(Number(valueAt(state.SecondsPath, payload)) * 1000);
      name = state.Next;
    } else {
      const found = state.Choices.find(
        ({ Variable, BooleanEquals }) => valueAt(Variable, payload) === BooleanEquals,
      );
      name = found?.Next ?? state.Default;
    }
  }
}

type Step = { readonly payload: Payload } | { readonly error: string };

async function runTask(
  options: InterpreterOptions,
  name: string,
  state: Extract<State, { Type: 'Task' }>,
  input: Payload,
  by: Caller,
): Promise<Step> {
  const tries = new Map<Retry, number>();
  for (;;) {
    try {
      return { payload: await options.runTask(name, input, by) };
    } catch (thrown) {
      if (!(thrown instanceof Error) || isBug(thrown)) throw thrown;
      const error = thrown.name;
      const retry = state.Retry?.find(({ ErrorEquals }) => isMatch(ErrorEquals, error));
      const tried = retry ? (tries.get(retry) ?? 0) : 0;
      if (retry === undefined || tried >= (retry.MaxAttempts ?? 3)) return { error };
      tries.set(retry, tried + 1);
      await options.time.sleep(1000 * computePauseSeconds(retry, tried, options.dice));
    }
  }
}

const isMatch = (names: readonly string[], error: string): boolean =>
  names.includes(error) || names.includes('States.ALL');

function computePauseSeconds(retry: Retry, tried: number, dice: Dice): number {
  const {
    IntervalSeconds = 1,
    BackoffRate = 2,
    MaxDelaySeconds = Number.POSITIVE_INFINITY,
  } = retry;
  const maxPauseSeconds = Math.min(IntervalSeconds * BackoffRate ** tried, MaxDelaySeconds);
  return retry.JitterStrategy === 'FULL' ? dice.fraction() * maxPauseSeconds : maxPauseSeconds;
}

const valueAt = (path: string, payload: Payload): unknown => payload[path.replace('$.', '')];
