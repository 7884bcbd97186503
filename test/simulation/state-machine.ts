/** Step Functions, Standard: runs a definition, durably, once a name. Retries as Amazon States Language says. */
import type { Definition, Retry, State } from './definition.ts';
import type { Dice } from './dice.ts';
import { isBug } from './faults.ts';
import type { Trace } from './trace.ts';
import type { VirtualTime } from './virtual-time.ts';

/** What travels from state to state. */
export type Payload = Readonly<Record<string, unknown>>;

/** Runs the task of a state. `attempt` counts from 0; each entry into the state counts anew. */
type RunTask = (state: string, input: Payload, attempt: number) => Promise<Payload>;

/** The executions of one state machine. */
export interface StateMachine {
  /** Starts an execution; a name that was started is only told whether it runs. */
  readonly start: (name: string, input: Payload) => 'running' | 'ended';
}

/** What an interpreter needs. */
export interface Interpreting {
  readonly definition: Definition;
  readonly time: VirtualTime;
  readonly trace: Trace;
  readonly dice: Dice;
  readonly runTask: RunTask;
}

/** A state machine that was never started. */
export function stateMachineOf(interpreting: Interpreting): StateMachine {
  const { time, trace } = interpreting;
  const endings = new Map<string, 'running' | 'ended'>();
  return {
    start: (name, input) => {
      const known = endings.get(name);
      if (known !== undefined) return known;
      endings.set(name, 'running');
      time.spawn(async () => {
        const error = await execute(interpreting, input);
        endings.set(name, 'ended');
        const how = error === undefined ? 'succeeded' : `failed: ${error}`;
        trace.note(
          `execution ${trace.nameOf(input)}${name.slice(name.lastIndexOf('-') + 2)} ${how}`,
        );
      });
      return 'running';
    },
  };
}

/** Runs to the end; returns the name of the error that failed it. */
async function execute(interpreting: Interpreting, input: Payload): Promise<string | undefined> {
  const { definition, time } = interpreting;
  const deadline = time.now() + definition.TimeoutSeconds * 1000;
  let payload = input;
  for (let name: string | undefined = definition.StartAt; name !== undefined; ) {
    const state = definition.States[name];
    if (state === undefined) throw new Error(`no state ${name}`);
    if (time.now() > deadline) return 'States.Timeout';
    if (state.Type === 'Task') {
      const step: Step = await runTask(interpreting, name, state, payload);
      if (step.error !== undefined) return step.error;
      ({ payload, next: name } = step);
    } else if (state.Type === 'Wait') {
      await time.sleep(Number(at(state.SecondsPath, payload)) * 1000);
      name = state.Next;
    } else {
      const isMet = (choice: (typeof state.Choices)[number]): boolean =>
        at(choice.Variable, payload) === choice.BooleanEquals;
      name = state.Choices.find(isMet)?.Next ?? state.Default;
    }
  }
  return undefined;
}

interface Step {
  readonly payload: Payload;
  readonly next?: string;
  readonly error?: string;
}

async function runTask(
  interpreting: Interpreting,
  name: string,
  state: Extract<State, { Type: 'Task' }>,
  input: Payload,
): Promise<Step> {
  const tries = new Map<Retry, number>();
  for (let attempt = 0; ; attempt += 1) {
    try {
      const payload = await interpreting.runTask(name, input, attempt);
      return { payload, next: state.Next };
    } catch (thrown) {
      const error = thrown instanceof Error ? thrown.name : 'Unknown';
      if (!(thrown instanceof Error) || isBug(thrown)) throw thrown;
      const retry = state.Retry?.find(({ ErrorEquals }) => matches(ErrorEquals, error));
      const tried = retry ? (tries.get(retry) ?? 0) : 0;
      if (retry && tried < (retry.MaxAttempts ?? 3)) {
        tries.set(retry, tried + 1);
        await interpreting.time.sleep(1000 * waitSeconds(retry, tried, interpreting.dice));
        continue;
      }
      const caught = state.Catch?.find(({ ErrorEquals }) => matches(ErrorEquals, error));
      if (!caught) return { payload: input, error };
      const key = caught.ResultPath.replace('$.', '');
      return { payload: { ...input, [key]: { Error: error } }, next: caught.Next };
    }
  }
}

const matches = (names: readonly string[], error: string): boolean =>
  names.includes(error) || names.includes('States.ALL');

function waitSeconds(retry: Retry, tried: number, dice: Dice): number {
  const {
    IntervalSeconds = 1,
    BackoffRate = 2,
    MaxDelaySeconds = Number.POSITIVE_INFINITY,
  } = retry;
  const longest = Math.min(IntervalSeconds * BackoffRate ** tried, MaxDelaySeconds);
  return retry.JitterStrategy === 'FULL' ? dice.fraction() * longest : longest;
}

const at = (path: string, payload: Payload): unknown => payload[path.replace('$.', '')];
