import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createAsynchronousInvocations } from '../../../lib/local/functions/asynchronous.ts';
import type { InvocationResult } from '../../../lib/local/functions/invocation.ts';

const functionArn = 'arn:aws:lambda:us-east-1:000000000000:function:reconcile';
const failure: InvocationResult = {
  ok: false,
  error: { errorType: 'Outage', errorMessage: 'a password may be in here' },
};

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A function that fails a number of times and records the seconds of every attempt. */
const setUp = (failures: number, failsWith: InvocationResult = failure) => {
  const attempts: number[] = [];
  const reports: string[] = [];
  const startedAt = Date.now();
  const invoke = () => async (): Promise<InvocationResult> => {
    attempts.push((Date.now() - startedAt) / 1000);
    return attempts.length > failures ? { ok: true, payload: 'null' } : failsWith;
  };
  const invocations = createAsynchronousInvocations({
    invoke,
    report: (message) => void reports.push(message),
  });
  return { invocations, attempts, reports };
};

const hour = 3_600_000;

describe('an asynchronous invocation', () => {
  it('runs once if it succeeds', async () => {
    const { invocations, attempts } = setUp(0);
    await invocations.send(functionArn, {});
    await vi.advanceTimersByTimeAsync(hour);
    expect(attempts).toEqual([0]);
  });

  it('is retried one minute after the first error and two minutes after the second, then dropped', async () => {
    const { invocations, attempts, reports } = setUp(9);
    await invocations.send(functionArn, {});
    await vi.advanceTimersByTimeAsync(hour);
    expect(attempts).toEqual([0, 60, 180]);
    expect(reports).toEqual(['reconcile: dropped an event after 3 attempts: Outage']);
  });

  it('returns the result of its first attempt', async () => {
    expect(await setUp(1).invocations.send(functionArn, {})).toBe(failure);
  });

  it('is retried only as often as its function allows', async () => {
    const { invocations, attempts } = setUp(9);
    invocations.configure(functionArn, { retries: 0 });
    await invocations.send(functionArn, {});
    await vi.advanceTimersByTimeAsync(hour);
    expect(attempts).toEqual([0]);
  });

  it('is not retried when its event is too old', async () => {
    const { invocations, attempts } = setUp(9);
    invocations.configure(functionArn, { maxEventAgeSeconds: 100 });
    await invocations.send(functionArn, {});
    await vi.advanceTimersByTimeAsync(hour);
    expect(attempts).toEqual([0, 60]);
  });

  it('is retried at growing intervals while Lambda throttles it', async () => {
    const throttled: InvocationResult = { ...failure, isThrottled: true };
    const { invocations, attempts, reports } = setUp(10, throttled);
    invocations.configure(functionArn, { retries: 0 });
    await invocations.send(functionArn, {});
    await vi.advanceTimersByTimeAsync(hour);
    expect(attempts).toEqual([0, 1, 3, 7, 15, 31, 63, 127, 255, 511, 811]);
    expect(reports).toEqual([]);
  });

  it('is not retried after the runner stops', async () => {
    const { invocations, attempts } = setUp(9);
    await invocations.send(functionArn, {});
    invocations.stop();
    await vi.advanceTimersByTimeAsync(hour);
    expect(attempts).toEqual([0]);
  });
});
