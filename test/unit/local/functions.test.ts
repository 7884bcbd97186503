import { writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createConcurrency } from '../../../lib/local/functions/concurrency.ts';
import { openFunctionLog } from '../../../lib/local/functions/log.ts';
import { FunctionPool, type PoolOptions } from '../../../lib/local/functions/pool.ts';
import { createThreadBudget } from '../../../lib/local/functions/threads.ts';
import { temporaryDirectory } from './temporary-directory.ts';

const startFunction = (
  handlerBody: string,
  timeoutSeconds = 5,
  options: Partial<PoolOptions> = {},
) => {
  const directory = temporaryDirectory();
  const handlerFile = join(directory, 'index.mjs');
  const logPath = join(directory, 'function.log');
  writeFileSync(
    handlerFile,
    `let calls = 0;\nexport const handler = async (event, context) => { calls += 1; ${handlerBody} };`,
  );
  const pool = new FunctionPool(
    {
      handlerFile,
      exportName: 'handler',
      functionName: 'tiny',
      functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:tiny',
      memoryMegabytes: 128,
      timeoutSeconds,
      environment: { GREETING: 'hello' },
    },
    {
      log: openFunctionLog(logPath, 'tiny', false),
      concurrency: createConcurrency(1_000, new Map()),
      threads: createThreadBudget(),
      ...options,
    },
  );
  onTestFinished(pool.stop);
  return { invoke: pool.invoke, stop: pool.stop, logPath };
};

const errorType = (errorType: string) => ({
  ok: false,
  error: expect.objectContaining({ errorType }),
});

describe('a function', () => {
  it('does not run with an event over 6 MB', async () => {
    const { invoke } = startFunction('return calls;');
    expect(await invoke({ body: 'A'.repeat(6 * 1024 * 1024) })).toEqual({
      ...errorType('RequestTooLargeException'),
      isTooLarge: true,
    });
    expect(await invoke({})).toEqual({ ok: true, payload: '1' });
  });

  it('receives its event, its context and only its own environment', async () => {
    const { invoke } = startFunction(
      'return { event, environment: process.env, name: context.functionName, left: context.getRemainingTimeInMillis() > 4000 };',
    );
    const result = await invoke({ one: 1 });
    expect(result.ok && JSON.parse(result.payload)).toEqual({
      event: { one: 1 },
      environment: { GREETING: 'hello' },
      name: 'tiny',
      left: true,
    });
  });

  it('keeps its module between events', async () => {
    const { invoke } = startFunction('return calls;');
    await invoke({});
    expect(await invoke({})).toEqual({ ok: true, payload: '2' });
  });

  it('has an environment for each concurrent event', async () => {
    const { invoke } = startFunction(
      'await new Promise((done) => setTimeout(done, 50)); return calls;',
    );
    const results = await Promise.all([invoke({}), invoke({}), invoke({})]);
    expect(results).toEqual(Array(3).fill({ ok: true, payload: '1' }));
  });

  it('reports the name of a thrown error', async () => {
    const { invoke } = startFunction(
      "const error = new Error('no'); error.name = 'CertificateRefused'; throw error;",
    );
    expect(await invoke({})).toMatchObject({
      ok: false,
      error: { errorType: 'CertificateRefused', errorMessage: 'no' },
    });
  });

  it('ends at its timeout, and works again afterwards', async () => {
    const { invoke } = startFunction('if (event.hang) for (;;); return calls;', 0.3);
    expect(await invoke({ hang: true })).toEqual(errorType('Sandbox.Timedout'));
    expect(await invoke({})).toEqual({ ok: true, payload: '1' });
  });

  it('is replaced when it exits', async () => {
    const { invoke } = startFunction('if (event.exit) process.exit(3); return calls;');
    expect(await invoke({ exit: true })).toEqual(errorType('Runtime.ExitError'));
    expect(await invoke({})).toEqual({ ok: true, payload: '1' });
  });

  it('is replaced after an uncaught exception', async () => {
    const { invoke } = startFunction(
      "setTimeout(() => { throw new TypeError('late'); }); await new Promise(() => {});",
    );
    expect(await invoke({})).toEqual(errorType('TypeError'));
  });

  it('fails each event if its module does not load', async () => {
    const { invoke } = startFunction('} syntax error {');
    expect(await invoke({})).toEqual(errorType('SyntaxError'));
    expect(await invoke({})).toEqual(errorType('SyntaxError'));
  });

  it('queues events while no thread is available', async () => {
    const { invoke } = startFunction(
      'await new Promise((done) => setTimeout(done, 20)); return calls;',
      5,
      { threads: createThreadBudget(3) },
    );
    const results = await Promise.all(Array.from({ length: 9 }, () => invoke({})));
    const calls = results.map((result) => (result.ok ? Number(result.payload) : 0));
    // The first event of each of the three environments counts 1. Which of them take the other six
    // is random.
    expect(calls.filter((call) => call === 1)).toHaveLength(3);
    expect(calls).toHaveLength(9);
  });

  it('throttles events above the concurrency of the account', async () => {
    const concurrency = createConcurrency(2, new Map());
    const { invoke } = startFunction(
      'await new Promise((done) => setTimeout(done, 20)); return calls;',
      5,
      { concurrency },
    );
    const results = await Promise.all([invoke({}), invoke({}), invoke({})]);
    expect(results[2]).toEqual({ isThrottled: true, ...errorType('TooManyRequestsException') });
    expect(await invoke({})).toMatchObject({ ok: true });
  });

  it('ends an idle environment', async () => {
    const { invoke } = startFunction('return calls;', 5, { idleMilliseconds: 20 });
    await invoke({});
    await new Promise((done) => setTimeout(done, 60));
    expect(await invoke({})).toEqual({ ok: true, payload: '1' });
  });

  it('ends running and waiting events when it stops', async () => {
    const { invoke, stop } = startFunction('await new Promise(() => {});');
    const results = Promise.all(Array.from({ length: 12 }, () => invoke({})));
    await new Promise((done) => setTimeout(done, 20));
    await stop();
    expect(await results).toEqual(Array(12).fill(errorType('Runtime.ExitError')));
  });

  it('writes to its log', async () => {
    const { invoke, stop, logPath } = startFunction("console.log('said'); return 1;");
    await invoke({});
    await stop();
    expect(await readFile(logPath, 'utf8')).toContain('said\n');
  });
});
