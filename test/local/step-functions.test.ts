import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Json, runOperation } from '../../lib/local/emulators/aws-service.ts';
import { createStepFunctions } from '../../lib/local/emulators/step-functions.ts';
import type { InvocationResult } from '../../lib/local/functions/invocation.ts';
import { temporaryDirectory } from './temporary-directory.ts';

const stateMachineArn = 'arn:aws:states:us-east-1:000000000000:stateMachine:issue';
const functionArn = 'arn:aws:lambda:us-east-1:000000000000:function:task';

const definition = {
  StartAt: 'Task',
  States: {
    Task: {
      Type: 'Task',
      Resource: functionArn,
      Retry: [
        { ErrorEquals: ['Busy'], IntervalSeconds: 1, BackoffRate: 1, JitterStrategy: 'FULL' },
      ],
      Catch: [{ ErrorEquals: ['Refused'], ResultPath: '$.error', Next: 'Settle' }],
      Next: 'Ready?',
    },
    'Ready?': {
      Type: 'Choice',
      Choices: [{ Variable: '$.ready', BooleanEquals: true, Next: 'Settle' }],
      Default: 'Wait',
    },
    Wait: { Type: 'Wait', SecondsPath: '$.waitSeconds', Next: 'Task' },
    Settle: { Type: 'Pass', End: true },
  },
};

type Task = (input: Json) => unknown;

const failWith = (name: string): never => {
  throw Object.assign(new Error(`${name} it is`), { name });
};

const setUp = (
  task: Task,
  { directory = temporaryDirectory(), machine = definition as object } = {},
) => {
  let calls = 0;
  const invoke =
    () =>
    async (input: unknown): Promise<InvocationResult> => {
      calls += 1;
      try {
        return { ok: true, payload: JSON.stringify(await task(input as Json)) };
      } catch (error) {
        const { name, message } = error as Error;
        return { ok: false, error: { errorType: name, errorMessage: message } };
      }
    };
  const service = createStepFunctions({ path: join(directory, 'executions.jsonl') });
  service.addStateMachine({
    arn: stateMachineArn,
    type: 'STANDARD',
    definition: JSON.stringify(machine),
    invoke,
    where: 'Machine',
  });
  onTestFinished(service.stop);
  const start = async (name: string, input = '{}') =>
    (await runOperation(service, 'StartExecution', { stateMachineArn, name, input })) as {
      executionArn: string;
    };
  const describeExecution = async (executionArn: string) =>
    (await runOperation(service, 'DescribeExecution', { executionArn })) as Record<string, string>;
  const ended = async (executionArn: string) => {
    for (;;) {
      const execution = await describeExecution(executionArn);
      if (execution.status !== 'RUNNING') return execution;
      await new Promise((done) => setTimeout(done, 10));
    }
  };
  return { service, start, ended, describeExecution, directory, calls: () => calls };
};

const never = () => new Promise(() => {});

describe('an execution', () => {
  it('runs its tasks and gives their output', async () => {
    const { start, ended } = setUp((input) => ({ ...input, ready: true }));
    const { executionArn } = await start('one', '{"id":7}');
    expect(await ended(executionArn)).toMatchObject({
      status: 'SUCCEEDED',
      output: '{"id":7,"ready":true}',
    });
  });

  it('goes round the wait loop until the task is ready', async () => {
    let looks = 0;
    const { start, ended } = setUp(() => ({ ready: ++looks === 3, waitSeconds: 0 }));
    await ended((await start('one')).executionArn);
    expect(looks).toBe(3);
  });

  it('retries the error that Retry names, at the function error type', async () => {
    let tries = 0;
    const { start, ended } = setUp(() => (++tries === 1 ? failWith('Busy') : { ready: true }));
    expect(await ended((await start('one')).executionArn)).toMatchObject({ status: 'SUCCEEDED' });
    expect(tries).toBe(2);
  });

  it('goes where Catch says, with the error and its cause as AWS words them', async () => {
    const { start, ended } = setUp(() => failWith('Refused'));
    const { output = '' } = await ended((await start('one')).executionArn);
    const { error } = JSON.parse(output);
    expect(error.Error).toBe('Refused');
    expect(JSON.parse(error.Cause)).toMatchObject({
      errorType: 'Refused',
      errorMessage: 'Refused it is',
    });
  });

  it('fails with an error that nobody catches', async () => {
    const { start, ended } = setUp(() => failWith('Other'));
    expect(await ended((await start('one')).executionArn)).toMatchObject({
      status: 'FAILED',
      error: 'Other',
    });
  });
});

describe('a name', () => {
  it('with the same input means the same execution while it runs', async () => {
    const { start, calls } = setUp(never);
    const first = await start('one', '{"id":7}');
    expect(await start('one', '{"id":7}')).toEqual(first);
    expect(calls()).toBe(1);
  });

  it('with another input is taken', async () => {
    const { start } = setUp(never);
    await start('one');
    await expect(start('one', '{"id":8}')).rejects.toMatchObject({
      code: 'ExecutionAlreadyExists',
    });
  });

  it('is taken once its execution has ended, also after a restart', async () => {
    const first = setUp(() => ({ ready: true }));
    await first.ended((await first.start('one')).executionArn);
    await expect(first.start('one')).rejects.toMatchObject({ code: 'ExecutionAlreadyExists' });
    const second = setUp(() => ({ ready: true }), { directory: first.directory });
    await expect(second.start('one')).rejects.toMatchObject({ code: 'ExecutionAlreadyExists' });
  });

  it.each(['with space', 'a/b', 'x'.repeat(81)])('is refused as %s', async (name) => {
    await expect(setUp(never).start(name)).rejects.toMatchObject({ code: 'InvalidName' });
  });
});

describe('what was running at a stop', () => {
  it('is started again from its first state', async () => {
    const first = setUp(never);
    const { executionArn } = await first.start('one', '{"id":7}');
    first.service.stop();
    const second = setUp((input) => ({ ...input, ready: true }), { directory: first.directory });
    expect(second.service.resume()).toBe(1);
    expect(await second.ended(executionArn)).toMatchObject({
      status: 'SUCCEEDED',
      output: '{"id":7,"ready":true}',
    });
  });
});

describe('a definition', () => {
  const task = definition.States.Task;
  it.each([
    ['the field HeartbeatSeconds of the state Task', { ...task, HeartbeatSeconds: 5 }],
    [
      'the task resource arn:aws:states:::lambda:invoke',
      { ...task, Resource: 'arn:aws:states:::lambda:invoke' },
    ],
    ['the type Map of the state Task', { Type: 'Map' }],
    ['the path $$.Execution.Id of the state Task', { ...task, InputPath: '$$.Execution.Id' }],
    [
      'the path States.UUID() of the state Task',
      { ...task, Parameters: { 'id.$': 'States.UUID()' } },
    ],
    ['the next state Nowhere of the state Task', { ...task, Next: 'Nowhere' }],
    [
      'the field Seconds in Retry of the state Task',
      { ...task, Retry: [{ ErrorEquals: ['States.ALL'], Seconds: 1 }] },
    ],
    [
      'StringMatches in Choices of the state Task',
      { Type: 'Choice', Choices: [{ Variable: '$.a', StringMatches: '*', Next: 'Wait' }] },
    ],
  ])('is refused for %s', (fault, Task) => {
    const machine = { ...definition, States: { ...definition.States, Task } };
    expect(() => setUp(never, { machine })).toThrow(`Machine: ${fault}`);
  });
});
