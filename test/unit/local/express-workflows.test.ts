import { setTimeout } from 'node:timers/promises';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { type Json, runOperation } from '../../../lib/local/emulators/aws-service.ts';
import type { Delivery } from '../../../lib/local/emulators/step-functions/express.ts';
import {
  createStepFunctions,
  type StepFunctionsOptions,
} from '../../../lib/local/emulators/step-functions.ts';
import type { InvocationResult } from '../../../lib/local/functions/invocation.ts';

const stateMachineArn = 'arn:aws:states:us-east-1:000000000000:stateMachine:attempt';
const functionArn = 'arn:aws:lambda:us-east-1:000000000000:function:certify';

/** The definition of an attempt: Certify and Wait in a loop. */
const definition = {
  StartAt: 'Certify',
  States: {
    Certify: { Type: 'Task', Resource: functionArn, Next: 'Settled?' },
    'Settled?': {
      Type: 'Choice',
      Choices: [{ Variable: '$.settled', BooleanEquals: true, Next: 'Done' }],
      Default: 'Wait',
    },
    Wait: { Type: 'Wait', SecondsPath: '$.waitSeconds', Next: 'Certify' },
    Done: { Type: 'Succeed' },
  },
};

const settled = async (): Promise<Json> => ({ settled: true });

const setUp = (
  certify: (input: Json) => Promise<Json>,
  options: Partial<StepFunctionsOptions> = {},
) => {
  const inputs: Json[] = [];
  const failures: string[] = [];
  const invoke =
    () =>
    async (input: unknown): Promise<InvocationResult> => {
      inputs.push(input as Json);
      return { ok: true, payload: JSON.stringify(await certify(input as Json)) };
    };
  const service = createStepFunctions({
    onFailure: ({ name }, end) => failures.push(`${name} ${end.status} ${end.error}`),
    ...options,
  });
  service.addStateMachine({
    arn: stateMachineArn,
    definition: JSON.stringify(definition),
    invoke,
    where: 'Machine',
  });
  onTestFinished(service.stop);
  const start = async (name: string, input = '{}') =>
    (await runOperation(service, 'StartExecution', { stateMachineArn, name, input })) as {
      executionArn: string;
    };
  const quiet = () => vi.waitFor(() => expect(service.running()).toEqual([]));
  return { service, start, inputs, failures, quiet };
};

const forever = () => new Promise<Json>(() => {});

describe('an Express execution', () => {
  it('is accepted with its own ARN before it ends', async () => {
    const { start, service } = setUp(forever);
    const { executionArn } = await start('one');
    expect(executionArn).toMatch(/:express:attempt:one:[0-9a-f-]{36}$/);
    expect(service.running()).toHaveLength(1);
  });

  it('repeats the wait loop until its task has settled', async () => {
    let turns = 0;
    const certify = async () => ({ settled: ++turns === 3, waitSeconds: 0 });
    const { start, quiet } = setUp(certify);
    await start('one');
    await quiet();
    expect(turns).toBe(3);
  });

  it('runs at every start, even with a name that is in use', async () => {
    const { start, inputs, quiet } = setUp(settled);
    const [first, second] = [await start('one', '{"row":1}'), await start('one', '{"row":1}')];
    await quiet();
    expect(first.executionArn).not.toBe(second.executionArn);
    expect(inputs).toEqual([{ row: 1 }, { row: 1 }]);
  });

  it('times out at its limit, and does not invoke its task again', async () => {
    const certify = async () => {
      await setTimeout(20);
      return { settled: false, waitSeconds: 0 };
    };
    const { start, failures, inputs, quiet } = setUp(certify, { expressLimitSeconds: 0.1 });
    await start('slow');
    await quiet();
    expect(failures).toEqual(['slow TIMED_OUT States.Timeout']);
    const invoked = inputs.length;
    await setTimeout(60);
    expect(inputs).toHaveLength(invoked);
  });

  it('that the runner stops is restarted by the next one, unless its state machine is gone', async () => {
    const before = setUp(forever);
    await before.start('one', '{"row":1}');
    const open = before.service.running();
    expect(open).toEqual([{ stateMachineArn, input: '{"row":1}' }]);
    const { service, inputs, quiet } = setUp(settled);
    service.resume([...open, { stateMachineArn: `${stateMachineArn}-gone`, input: '{}' }]);
    await quiet();
    expect(inputs).toEqual([{ row: 1 }]);
  });

  it('runs twice or never if the delivery decides so', async () => {
    const deliveries: Delivery[] = [
      (run) => {
        run();
        run();
      },
      () => {},
    ];
    const { start, inputs, quiet } = setUp(settled, {
      deliver: (run) => deliveries.shift()?.(run),
    });
    await start('twice', '{"row":1}');
    await start('never', '{"row":2}');
    await quiet();
    expect(inputs).toEqual([{ row: 1 }, { row: 1 }]);
  });

  it.each(['with space', 'a/b', 'x'.repeat(81)])('cannot have the name %s', async (name) => {
    await expect(setUp(settled).start(name)).rejects.toMatchObject({ code: 'InvalidName' });
  });
});
