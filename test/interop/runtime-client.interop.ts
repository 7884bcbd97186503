/**
 * The deployed bundles under AWS's own runtime client: the app's real events, real answers, and
 * what comes out when a service of AWS refuses. No SDK's message, no stack and no `$metadata` may
 * reach a log or a state machine's history.
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startAngryServices } from './runtime-client/angry-services.ts';
import { type Invocation, startApp } from './runtime-client/app.ts';
import { startFunctionProcess } from './runtime-client/function-process.ts';
import { handlers } from './runtime-client/handlers.ts';
import { installSeconds, runtimeClient } from './runtime-client/install.ts';
import { failedCodes, strangeLines } from './runtime-client/output.ts';
import { eventFor, unreached } from './runtime-client/unreached.ts';
import { useApp } from './runtime-client/use-app.ts';
import { describeWith } from './tools.ts';

type AngryServices = Awaited<ReturnType<typeof startAngryServices>>;

const refusal = 'AccessDeniedException';

/**
 * Handlers with somebody on the other side, who gets an answer whatever happens; the others end
 * with an error.
 */
const answering: readonly string[] = ['admin', 'mscep-admin', 'panel', 'scep'];

describeWith(['cmake', 'g++', 'openssl'], 'the bundles under AWS’s runtime client', () => {
  let client: string;
  let app: Awaited<ReturnType<typeof startApp>>;
  let refusing: AngryServices;
  let throttling: AngryServices;

  beforeAll(
    async () => {
      client = await runtimeClient();
      refusing = await startAngryServices(refusal);
      throttling = await startAngryServices('ThrottlingException');
      app = await startApp(client);
      await useApp(app);
    },
    (installSeconds + 180) * 1000,
  );
  afterAll(async () => {
    await app?.stop();
    await refusing?.stop();
    await throttling?.stop();
  });

  /** The last event that a handler was given, or one of its own where no flow reaches it. */
  function eventOf(handler: string): Invocation {
    const wanted = unreached[handler]?.like ?? handler;
    const given = app.invocations.findLast((one) => one.handler === wanted);
    if (given === undefined) throw new Error(`no event reached lambda/handlers/${wanted}.ts`);
    return handler in unreached ? eventFor(handler, given, app.directory) : given;
  }

  /** Runs it in a fresh environment. */
  async function run(invocation: Invocation) {
    const one = await startFunctionProcess(client, invocation);
    const ended = await one.invoke({ ...invocation, deadline: Date.now() + 20_000 });
    await one.stop();
    return { ended, lines: one.lines() };
  }

  it('answer what the app gives them, and print nothing but our own lines', () => {
    const failed = app.invocations.filter(({ ended }) => ended.kind !== 'response');
    expect(failed.map(({ handler, ended }) => ({ handler, ended }))).toEqual([]);
    expect(strangeLines(app.lines())).toEqual([]);
    expect(app.lines().length).toBeGreaterThan(10);
  });

  it.each(handlers)('%s is reached by the app, or answers an event of its own', async (handler) => {
    const invocation = eventOf(handler);
    if (!(handler in unreached)) return;
    const { ended, lines } = await run(invocation);
    expect(ended.kind).toBe('response');
    expect(strangeLines(lines)).toEqual([]);
  });

  it.each(handlers)('%s reports an error of AWS’s by its code alone', async (handler) => {
    const invocation = eventOf(handler);
    const { ended, lines } = await run({
      ...invocation,
      environment: refusing.angry(invocation.environment),
    });
    expect(strangeLines(lines)).toEqual([]);
    expect(JSON.stringify(ended)).not.toMatch(/canary|\$metadata|node_modules/);
    expect(ended.kind).toBe(answering.includes(handler) ? 'response' : 'error');
    if (ended.kind === 'response') return;
    // The name is what Retry and Catch of a state machine match; the message and the stack go into
    // its history.
    expect(ended).toMatchObject({ errorMessage: refusal, errorType: refusal, trace: [] });
    expect(failedCodes(lines)).toEqual([refusal]);
  });

  it('wait for a busy CA instead of failing', async () => {
    const invocation = eventOf('certify');
    const environment = throttling.angry(invocation.environment, /^AWS_ENDPOINT_URL_ACM_PCA$/);
    const { ended, lines } = await run({ ...invocation, environment });
    expect(ended.kind).toBe('response');
    expect(strangeLines(lines)).toEqual([]);
  });

  it('are those of handlers that exist', () => {
    expect(Object.keys(unreached).filter((handler) => !handlers.includes(handler))).toEqual([]);
  });
});
