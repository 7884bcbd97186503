import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  createSchedules,
  type ScheduledRule,
} from '../../../lib/local/emulators/eventbridge/schedules.ts';
import type { InvocationResult } from '../../../lib/local/functions/invocation.ts';

const rule: ScheduledRule = {
  logicalId: 'Every5',
  name: 'Tiny-Every5',
  arn: 'arn:aws:events:us-east-1:000000000000:rule/Tiny-Every5',
  everySeconds: 300,
  isEnabled: true,
  targets: [{ functionArn: 'fn' }],
};

beforeEach(() => void vi.useFakeTimers({ now: Date.UTC(2026, 0, 31, 12, 0, 0, 250) }));
afterEach(() => void vi.useRealTimers());

const done = async (): Promise<InvocationResult> => ({ ok: true, payload: 'null' });

const setUp = (changes: Partial<ScheduledRule> = {}, send = done) => {
  const events: unknown[] = [];
  const reports: string[] = [];
  const schedules = createSchedules(
    {
      send: (_arn, event) => {
        events.push(event);
        return send();
      },
    },
    (message) => void reports.push(message),
  );
  schedules.add({ ...rule, ...changes });
  return { schedules, events, reports };
};

const passSeconds = (seconds: number) => vi.advanceTimersByTimeAsync(seconds * 1000);

describe('a rule with a schedule', () => {
  it('runs after one period, and then every period', async () => {
    const { events } = setUp();
    await passSeconds(299);
    expect(events).toHaveLength(0);
    await passSeconds(1);
    expect(events).toHaveLength(1);
    await passSeconds(600);
    expect(events).toHaveLength(3);
  });

  it('sends the event of EventBridge', async () => {
    const { events } = setUp();
    await passSeconds(300);
    expect(events).toEqual([
      {
        version: '0',
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        'detail-type': 'Scheduled Event',
        source: 'aws.events',
        account: '000000000000',
        time: '2026-01-31T12:05:00Z',
        region: 'us-east-1',
        resources: [rule.arn],
        detail: {},
      },
    ]);
  });

  it('sends the input of its target instead', async () => {
    const { events } = setUp({ targets: [{ functionArn: 'fn', input: { a: 1 } }] });
    await passSeconds(300);
    expect(events).toEqual([{ a: 1 }]);
  });

  it('runs on time if its period exceeds the range of a timer', async () => {
    const { events } = setUp({ everySeconds: 30 * 86_400 });
    await passSeconds(30 * 86_400 - 1);
    expect(events).toHaveLength(0);
    await passSeconds(1);
    expect(events).toHaveLength(1);
  });

  it('skips and reports runs while ten are running', async () => {
    const { events, reports } = setUp({}, () => new Promise(() => {}));
    await passSeconds(300 * 12);
    expect(events).toHaveLength(10);
    expect(reports).toEqual(
      Array(2).fill('Tiny-Every5: skipped a run, because 10 are still running'),
    );
  });

  it('does not run if it is disabled or the runner has stopped', async () => {
    const disabled = setUp({ isEnabled: false });
    const stopped = setUp();
    stopped.schedules.stop();
    await passSeconds(3600);
    expect([...disabled.events, ...stopped.events]).toEqual([]);
  });

  it.each(['Every5', 'Tiny-Every5'])('runs at once when %s is fired', async (name) => {
    const { schedules, events } = setUp();
    expect(await schedules.fire(name)).toEqual([await done()]);
    expect(events).toHaveLength(1);
  });

  it('cannot be fired if it does not exist', async () => {
    await expect(setUp().schedules.fire('Other')).rejects.toThrow(
      'no rule with a schedule is called Other; there are: Every5',
    );
  });
});
