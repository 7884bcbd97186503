/** A failed handler writes one log line of ours, and throws an error with nothing but a code. */
import type { Context } from 'aws-lambda';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Fault } from '../../../lambda/core/errors.ts';
import { getRemainingMilliseconds } from '../../../lambda/handlers/invocation.ts';
import { withLog } from '../../../lambda/handlers/logged.ts';
import { IntuneUnavailable } from '../../../lambda/intune/unavailable.ts';

const context = {
  awsRequestId: 'request',
  getRemainingTimeInMillis: () => 12_345,
} as unknown as Context;

const lines: Record<string, unknown>[] = [];
beforeEach(() => {
  lines.length = 0;
  vi.spyOn(process.stdout, 'write').mockImplementation(
    (text) => lines.push(JSON.parse(`${text}`)) > 0,
  );
});
afterEach(() => vi.restoreAllMocks());

/** An error like the SDK's, with texts that must not be logged. */
const createSdkError = (): Error =>
  Object.assign(new Error('canary'), {
    name: 'AccessDeniedException',
    $metadata: { requestId: 'canary' },
    $response: { body: 'canary' },
    cause: new Error('canary'),
  });

/** Creates a handler that throws this error. */
const createFailingHandler = (error: unknown) =>
  withLog(
    ({ id }: { readonly id: string }, { awsRequestId }) => ({ event: 'test', id, awsRequestId }),
    () => Promise.reject(error),
  );

const catchFrom = (error: unknown): Promise<Error> =>
  createFailingHandler(error)({ id: 'one' }, context).then(
    () => Promise.reject(new Error('it did not throw')),
    (thrown: Error) => thrown,
  );

describe('a handler that fails', () => {
  it('throws an error with nothing but a code', async () => {
    const thrown = await catchFrom(createSdkError());
    expect(thrown).toBeInstanceOf(Error);
    const own = Object.getOwnPropertyNames(thrown).toSorted();
    expect(own).toEqual(['message', 'name', 'stack']);
    expect({ ...thrown, message: thrown.message }).toEqual({
      name: 'AccessDeniedException',
      message: 'AccessDeniedException',
      stack: undefined,
    });
  });

  it('logs one line with the fields of the event and the code', async () => {
    await catchFrom(createSdkError());
    expect(lines).toEqual([
      {
        time: expect.any(String),
        event: 'test',
        id: 'one',
        awsRequestId: 'request',
        outcome: 'failed',
        code: 'AccessDeniedException',
      },
    ]);
  });

  it('logs the reason of an outage, if the reason is our own code', async () => {
    const thrown = await catchFrom(new IntuneUnavailable({ step: 'token', reason: 'timeout' }));
    expect(thrown.message).toBe('IntuneUnavailable');
    expect(lines).toMatchObject([{ code: 'IntuneUnavailable', about: 'token: timeout' }]);
  });

  it('logs our own code, and its subject if it has one', async () => {
    await catchFrom(new Fault('KeysUnprocessed'));
    const thrown = await catchFrom(new Fault('AttemptUnknown', 'abc-1'));
    expect(thrown.message).toBe('AttemptUnknown');
    expect(lines).toMatchObject([
      { code: 'KeysUnprocessed' },
      { code: 'AttemptUnknown', about: 'abc-1' },
    ]);
    expect(lines[0]).not.toHaveProperty('about');
  });

  it('has a code even for a thrown value that is not an error', async () => {
    expect((await catchFrom('canary')).name).toBe('Unknown');
    expect(JSON.stringify(lines)).not.toContain('canary');
  });
});

describe('a handler that does not fail', () => {
  it('returns the result, and logs with the fields of its event', async () => {
    const handler = withLog(
      () => ({ event: 'test' }),
      async (event: number, log) => {
        log({ outcome: 'done' });
        return event + 1;
      },
    );
    expect(await handler(1, context)).toBe(2);
    expect(lines).toEqual([{ time: expect.any(String), event: 'test', outcome: 'done' }]);
  });

  it('can read how much of its time is left', async () => {
    const handler = withLog(
      () => ({}),
      async () => getRemainingMilliseconds(),
    );
    expect(await handler({}, context)).toBe(12_345);
  });
});
