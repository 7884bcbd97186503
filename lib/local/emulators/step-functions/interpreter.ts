/** Runs a definition state by state. It waits only for timers and tasks, and stops at an abort. */
import { setTimeout } from 'node:timers/promises';
import type { Invoke } from '../../functions/invocation.ts';
import { matchesRule } from './choice.ts';
import { fillTemplate, putResult, readPath, selectPath } from './path.ts';
import { findFirstFor, retryDelaySeconds } from './retry.ts';
import type { Definition, Retrier, State, StateOf } from './state.ts';
import { createRuntimeError, StateError } from './state-error.ts';

/** How tasks are invoked, and the signal that aborts the run. */
export interface Interpretation {
  readonly invoke: (functionArn: string) => Invoke;
  readonly signal: AbortSignal;
  readonly random?: () => number;
}

/** The result of a state: its output and the next state, if any. */
interface Step {
  readonly output: unknown;
  readonly next: string | undefined;
}

/**
 * Returns the output. Throws the `StateError` of a failed execution, and an AbortError at an abort.
 */
export const interpret = async (
  { StartAt, States }: Definition,
  input: unknown,
  run: Interpretation,
): Promise<unknown> => {
  let step: Step = { output: input, next: StartAt };
  while (step.next !== undefined) {
    run.signal.throwIfAborted();
    const state: State | undefined = States[step.next];
    if (!state) throw createRuntimeError(`no state ${step.next}`);
    step = await takeStep(state, step.output, run);
  }
  return step.output;
};

const takeStep = async (state: State, whole: unknown, run: Interpretation): Promise<Step> => {
  if (state.Type === 'Fail')
    throw new StateError(state.Error ?? 'States.Failed', state.Cause ?? '');
  const input = selectPath(whole, state.InputPath);
  const leave = (output: unknown, next = state.Next): Step => ({
    output: selectPath(output, state.OutputPath),
    next,
  });
  switch (state.Type) {
    case 'Task':
      return runTask(state, whole, input, run, leave);
    case 'Choice':
      return leave(input, choose(state, input));
    case 'Wait':
      await wait(readSeconds(state, input), run);
      return leave(input);
    case 'Pass': {
      const result = state.Result ?? fillTemplate(state.Parameters ?? undefined, input) ?? input;
      return leave(putResult(whole, result, state.ResultPath));
    }
    case 'Succeed':
      return leave(input);
  }
};

const runTask = async (
  state: StateOf<'Task'>,
  whole: unknown,
  input: unknown,
  run: Interpretation,
  leave: (output: unknown) => Step,
): Promise<Step> => {
  const retries = new Map<Retrier, number>();
  for (;;) {
    try {
      const payload =
        state.Parameters === undefined ? input : fillTemplate(state.Parameters, input);
      const raw = await invokeTask(state, payload, run);
      const result =
        state.ResultSelector === undefined ? raw : fillTemplate(state.ResultSelector, raw);
      return leave(putResult(whole, result, state.ResultPath));
    } catch (error) {
      if (!(error instanceof StateError)) throw error;
      const delay = nextDelay(state, error, retries, run.random ?? Math.random);
      if (delay === undefined) return catchError(state, whole, error);
      await wait(delay, run);
    }
  }
};

const nextDelay = (
  { Retry }: StateOf<'Task'>,
  error: StateError,
  retries: Map<Retrier, number>,
  random: () => number,
): number | undefined => {
  const retrier = findFirstFor(Retry, error);
  if (!retrier) return undefined;
  const count = retries.get(retrier) ?? 0;
  retries.set(retrier, count + 1);
  return retryDelaySeconds(retrier, count, random);
};

const catchError = ({ Catch }: StateOf<'Task'>, whole: unknown, error: StateError): Step => {
  const catcher = findFirstFor(Catch, error);
  if (!catcher) throw error;
  const errorOutput = { Error: error.code, Cause: error.message };
  return { output: putResult(whole, errorOutput, catcher.ResultPath), next: catcher.Next };
};

const invokeTask = async (
  { Resource, TimeoutSeconds }: StateOf<'Task'>,
  payload: unknown,
  { invoke, signal }: Interpretation,
): Promise<unknown> => {
  const over = Promise.withResolvers<never>();
  const abort = (): void => over.reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  const timeOut = (): void => over.reject(new StateError('States.Timeout', ''));
  const timer =
    TimeoutSeconds === undefined
      ? undefined
      : globalThis.setTimeout(timeOut, TimeoutSeconds * 1000);
  try {
    signal.throwIfAborted();
    const result = await Promise.race([invoke(Resource)(payload), over.promise]);
    if (result.ok) return JSON.parse(result.payload);
    throw new StateError(result.error.errorType, JSON.stringify(result.error));
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
  }
};

const choose = ({ Choices, Default }: StateOf<'Choice'>, input: unknown): string => {
  const next = Choices.find((rule) => matchesRule(rule, input))?.Next ?? Default;
  if (next !== undefined) return next;
  throw new StateError('States.NoChoiceMatched', 'no rule of the Choice matches');
};

const readSeconds = ({ Seconds, SecondsPath }: StateOf<'Wait'>, input: unknown): number => {
  const seconds = SecondsPath === undefined ? Seconds : readPath(input, SecondsPath);
  if (Number.isInteger(seconds) && Number(seconds) >= 0) return Number(seconds);
  throw createRuntimeError(`${String(seconds)} is not a number of seconds to wait`);
};

// setTimeout counts in 32 bits; the app's longest wait is far below that.
const maxWaitSeconds = 2_147_483;

const wait = async (seconds: number, { signal }: Interpretation): Promise<void> => {
  if (seconds > 0)
    await setTimeout(Math.min(seconds, maxWaitSeconds) * 1000, undefined, { signal });
};
