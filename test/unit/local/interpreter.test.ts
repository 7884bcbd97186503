/**
 * Compares the interpreter with the one of another project, aws-local-stepfunctions: the same
 * definitions must end alike.
 */
import { StateMachine } from 'aws-local-stepfunctions';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { interpret } from '../../../lib/local/emulators/step-functions/interpreter.ts';
import { retryDelaySeconds } from '../../../lib/local/emulators/step-functions/retry.ts';
import type { Definition } from '../../../lib/local/emulators/step-functions/state.ts';
import { StateError } from '../../../lib/local/emulators/step-functions/state-error.ts';
import type { InvocationResult } from '../../../lib/local/functions/invocation.ts';

const Resource = 'arn:aws:lambda:us-east-1:000000000000:function:task';

/**
 * The results of a task, call by call: an output, or the name of an error. After the last one it
 * returns its input.
 */
type Script = readonly ({ readonly output: unknown } | { readonly fails: string })[];

type Outcome = { readonly output: unknown } | { readonly error: string };

const causeOf = (errorType: string) => JSON.stringify({ errorType, errorMessage: 'of the task' });

const runOurs = async (definition: object, input: unknown, script: Script): Promise<Outcome> => {
  const left = [...script];
  const invoke =
    () =>
    async (payload: unknown): Promise<InvocationResult> => {
      const turn = left.shift() ?? { output: payload };
      return 'fails' in turn
        ? { ok: false, error: { errorType: turn.fails, errorMessage: 'of the task' } }
        : { ok: true, payload: JSON.stringify(turn.output) };
    };
  const { signal } = new AbortController();
  try {
    const run = { invoke, signal, random: () => 0 };
    return { output: await interpret(definition as Definition, input, run) };
  } catch (error) {
    if (error instanceof StateError) return { error: error.code };
    throw error;
  }
};

const runTheirs = async (definition: object, input: unknown, script: Script): Promise<Outcome> => {
  const left = [...script];
  const task = async (payload: unknown) => {
    const turn = left.shift() ?? { output: payload };
    if ('output' in turn) return turn.output;
    throw Object.assign(new Error(causeOf(turn.fails)), { name: turn.fails });
  };
  // Its validator takes 150 ms per definition.
  const validationOptions = { noValidate: true };
  const machine = new StateMachine(definition as ConstructorParameters<typeof StateMachine>[0], {
    validationOptions,
  });
  const names = Object.keys((definition as Definition).States);
  const forAll = <T>(value: T) => Object.fromEntries(names.map((name) => [name, value]));
  const overrides = {
    taskResourceLocalHandlers: forAll(task),
    retryIntervalOverrides: forAll(0),
    waitTimeOverrides: forAll(0),
  };
  try {
    return { output: await machine.run(input as never, { overrides: overrides as never }).result };
  } catch (error) {
    const { cause } = error as { readonly cause?: Error };
    return { error: cause?.name ?? (error as Error).name };
  }
};

const expectSame = async (
  definition: object,
  input: unknown,
  script: Script = [],
): Promise<void> => {
  expect(await runOurs(definition, input, script)).toEqual(
    await runTheirs(definition, input, script),
  );
};

const single = (state: object) => ({ StartAt: 'One', States: { One: { ...state, End: true } } });
const task = { Type: 'Task', Resource };
const input = { id: 7, nested: { deep: 'text' }, list: [1, 2] };

describe('both interpreters agree on', () => {
  it.each([
    ['a task', task],
    ['a task with a result path', { ...task, ResultPath: '$.nested.result' }],
    ['a task without a result', { ...task, ResultPath: null }],
    ['a task with an input path', { ...task, InputPath: '$.nested' }],
    ['a task with an output path', { ...task, OutputPath: '$.deep' }],
    [
      'a task with parameters',
      { ...task, Parameters: { 'id.$': '$.id', fixed: { 'deep.$': '$.nested.deep' } } },
    ],
    ['a task with a selector', { ...task, ResultSelector: { 'only.$': '$.deep' } }],
    ['a pass', { Type: 'Pass' }],
    ['a pass with a result', { Type: 'Pass', Result: { one: 1 }, ResultPath: '$.added' }],
    ['a pass with parameters', { Type: 'Pass', Parameters: { 'id.$': '$.id' } }],
    ['a wait', { Type: 'Wait', Seconds: 0 }],
  ])('%s', async (_name, state) => {
    await expectSame(single(state), input, [{ output: { deep: 'result' } }]);
  });

  it('success and failure', async () => {
    await expectSame({ StartAt: 'One', States: { One: { Type: 'Succeed' } } }, input);
    const One = { Type: 'Fail', Error: 'Refused', Cause: 'why' };
    await expectSame({ StartAt: 'One', States: { One } }, input);
  });
});

const retrier = (ErrorEquals: readonly string[], MaxAttempts?: number) => ({
  ErrorEquals,
  IntervalSeconds: 1,
  JitterStrategy: 'FULL',
  ...(MaxAttempts !== undefined && { MaxAttempts }),
});

describe('Retry and Catch', () => {
  const names = ['Busy', 'Refused', 'Outage'];
  const definition = {
    StartAt: 'One',
    States: {
      One: {
        ...task,
        Retry: [retrier(['Refused'], 0), retrier(['Busy'], 4), retrier(['States.ALL'], 2)],
        Catch: [
          { ErrorEquals: ['Refused'], ResultPath: '$.error', Next: 'Settle' },
          { ErrorEquals: ['States.TaskFailed'], Next: 'Settle' },
        ],
        End: true,
      },
      Settle: { Type: 'Pass', End: true },
    },
  };

  it('continue as in the other interpreter, for any sequence of errors', async () => {
    const script = fc.array(
      fc.constantFrom(...names).map((fails) => ({ fails })),
      { maxLength: 9 },
    );
    const property = fc.asyncProperty(script, (turns) => expectSame(definition, input, turns));
    await fc.assert(property, { numRuns: 60 });
  });

  it('fail the execution with an error that no Catch matches', async () => {
    await expectSame(single(task), input, [{ fails: 'Outage' }]);
  });

  it('do not match States.Runtime by States.ALL', async () => {
    const broken = {
      ...task,
      Parameters: { 'id.$': '$.missing' },
      Retry: [retrier(['States.ALL'])],
    };
    expect(await runOurs(single(broken), input, [])).toEqual({ error: 'States.Runtime' });
  });
});

describe('Choice', () => {
  const number = fc.integer({ min: 0, max: 3 });
  const text = fc.constantFrom('a', 'b');
  // The other interpreter compares values of any type by JavaScript's `<`, and ignores `IsNull:
  // false`.
  const orders = ['GreaterThan', 'GreaterThanEquals', 'LessThan', 'LessThanEquals'];
  const order = fc
    .tuple(fc.constantFrom(...orders), number)
    .map(([name, wanted]) => ({ [`Numeric${name}`]: wanted }));
  const equality = fc.oneof(
    number.map((NumericEquals) => ({ NumericEquals })),
    fc.boolean().map((BooleanEquals) => ({ BooleanEquals })),
    text.map((StringEquals) => ({ StringEquals })),
    fc.constant({ IsPresent: true }),
  );
  const ruleOf = (comparison: fc.Arbitrary<object>): fc.Arbitrary<object> => {
    const simple = comparison.map((each) => ({ Variable: '$.value', ...each }));
    return fc.oneof(
      simple,
      fc.tuple(simple, simple).map((And) => ({ And })),
      fc.tuple(simple, simple).map((Or) => ({ Or })),
      simple.map((Not) => ({ Not })),
    );
  };
  const choose = (rules: readonly object[]) => {
    const Choices = rules.map((each, index) => ({ ...each, Next: `Rule${index}` }));
    const ends = [...rules.map((_, index) => `Rule${index}`), 'None'];
    const Choice = { Type: 'Choice', Choices, Default: 'None' };
    const passes = ends.map((name) => [name, { Type: 'Pass', Result: name, End: true }] as const);
    return { StartAt: 'Choice', States: { Choice, ...Object.fromEntries(passes) } };
  };

  it.each<[string, fc.Arbitrary<unknown>, fc.Arbitrary<object>]>([
    ['a number', number, fc.oneof(order, equality)],
    ['a text', text, equality],
    ['true or false', fc.boolean(), equality],
  ])('goes where the other interpreter goes by %s', async (_name, values, comparison) => {
    const rules = fc.array(ruleOf(comparison), { minLength: 1, maxLength: 3 });
    const property = fc.asyncProperty(rules, values, async (own, value) => {
      await expectSame(choose(own), { value });
    });
    await fc.assert(property, { numRuns: 40 });
  });

  it('matches no value of another type', async () => {
    const rules = [
      { Variable: '$.value', NumericLessThan: 1 },
      { Variable: '$.value', IsNull: false },
      { Variable: '$.value', IsNull: true },
    ];
    expect(await runOurs(choose(rules), { value: null }, [])).toEqual({ output: 'Rule2' });
    expect(await runOurs(choose(rules), { value: '0' }, [])).toEqual({ output: 'Rule1' });
  });

  it('detects a missing value only by IsPresent', async () => {
    const next = (given: object) => ({
      StartAt: 'Choice',
      States: {
        Choice: {
          Type: 'Choice',
          Choices: [{ Variable: '$.missing', ...given, Next: 'Yes' }],
          Default: 'No',
        },
        Yes: { Type: 'Pass', Result: 'yes', End: true },
        No: { Type: 'Pass', Result: 'no', End: true },
      },
    });
    expect(await runOurs(next({ IsPresent: false }), input, [])).toEqual({ output: 'yes' });
    expect(await runOurs(next({ BooleanEquals: true }), input, [])).toEqual({
      error: 'States.Runtime',
    });
  });
});

describe('the delay of a retry', () => {
  const delays = (changes: object, random = 1) =>
    [0, 1, 2, 3].map((retries) =>
      retryDelaySeconds({ ErrorEquals: ['Busy'], ...changes }, retries, () => random),
    );

  it('begins at one second and doubles, three times', () => {
    expect(delays({})).toEqual([1, 2, 4, undefined]);
  });

  it('grows to its maximum, of which full jitter takes a random share', () => {
    const changes = { IntervalSeconds: 2, BackoffRate: 3, MaxDelaySeconds: 10, MaxAttempts: 9 };
    expect(delays(changes)).toEqual([2, 6, 10, 10]);
    expect(delays({ ...changes, JitterStrategy: 'FULL' }, 0.5)).toEqual([1, 3, 5, 5]);
  });
});
