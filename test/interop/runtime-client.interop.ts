/**
 * Runs the deployed bundles under AWS's runtime client, with the app's events and with errors of
 * AWS services. No SDK message, no stack trace and no `$metadata` may reach a log or a state
 * machine's history.
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

/** The handlers that answer HTTP or the panel even during an outage. Other handlers throw. */
const answering: readonly string[] = [
  ...['admin', 'mscep-admin', 'panel', 'scep'],
  // CloudFormation waits for an answer, whatever it is.
  'describe-authority',
];

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

  /** The last event of a handler, or an event of its own if no flow invokes it. */
  function eventOf(handler: string): Invocation {
    const wanted = unreached[handler]?.like ?? handler;
    const given = app.invocations.findLast((one) => one.handler === wanted);
    if (given === undefined) throw new Error(`no event reached lambda/handlers/${wanted}.ts`);
    return handler in unreached ? eventFor(handler, given, app) : given;
  }

  /** Runs an invocation in a new execution environment. */
  async function run(invocation: Invocation) {
    const one = await startFunctionProcess(client, invocation);
    const ended = await one.invoke({ ...invocation, deadline: Date.now() + 20_000 });
    await one.stop();
    return { ended, lines: one.lines() };
  }

  it('answer the events of the app and print only our own log lines', () => {
    const failed = app.invocations.filter(({ ended }) => ended.kind !== 'response');
    expect(failed.map(({ handler, ended }) => ({ handler, ended }))).toEqual([]);
    expect(strangeLines(app.lines())).toEqual([]);
    expect(app.lines().length).toBeGreaterThan(10);
  });

  it.each(handlers)(
    'include %s, which the app invokes or which answers its own event',
    async (handler) => {
      const invocation = eventOf(handler);
      if (!(handler in unreached)) return;
      const { ended, lines } = await run(invocation);
      expect(ended.kind).toBe('response');
      expect(strangeLines(lines)).toEqual([]);
    },
  );

  it.each(handlers)('include %s, which reports only the code of an AWS error', async (handler) => {
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

  it('wait for a throttling CA instead of failing', async () => {
    const invocation = eventOf('certify');
    const environment = throttling.angry(invocation.environment, /^AWS_ENDPOINT_URL_ACM_PCA$/);
    const { ended, lines } = await run({ ...invocation, environment });
    expect(ended.kind).toBe('response');
    expect(strangeLines(lines)).toEqual([]);
  });

  it('include every handler in the list of unreached ones', () => {
    expect(Object.keys(unreached).filter((handler) => !handlers.includes(handler))).toEqual([]);
  });
});
