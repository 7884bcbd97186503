import { afterEach, describe, expect, it } from 'vitest';
import { createChallenge } from '../../../lambda/admin/challenges/create-challenge.ts';
import type { Attempt } from '../../../lambda/core/attempt.ts';
import { runCertify } from '../../../lambda/issuance/certify.ts';
import { answerPkiMessage } from '../../../lambda/scep/answer-pki-message.ts';
import type { FaultRates } from '../../../lib/local/emulators/dynamodb/injected-faults.ts';
import { dynamoStores, startTables } from '../../contract/stores.ts';
import { adminKeys, testConnector } from '../../support/fakes/test-connector.ts';
import { pkcsReq } from '../../support/kit/pkcs-req.ts';
import { plannedCa } from './planned-ca.ts';

/** A repeatable sequence in [0, 1). */
const seeded = (seed: number) => {
  let state = seed * 2654435761 + 1;
  return () => {
    state = (Math.imul(state ^ (state >>> 15), 2246822519) + 0x9e3779b9) >>> 0;
    return state / 2 ** 32;
  };
};

let stop = async (): Promise<void> => {};
afterEach(() => stop());

/** A connector on our emulator, with its injected faults. */
async function connector(faults?: FaultRates) {
  const running = await startTables({ transactionMilliseconds: 2, ...(faults && { faults }) });
  stop = running.stop;
  const stores = dynamoStores(running.client);
  const made = testConnector({ held: true, waitSeconds: 0 });
  const { clock, random } = made.connector;
  const creator = { connectorId: 'test', keys: adminKeys, challenges: stores.register, random };
  const { password } = await createChallenge(
    { maxUses: 1 },
    { ...creator, nowSeconds: clock.nowSeconds() },
  );
  const ca = plannedCa(made.ca, clock.nowSeconds);
  const scep = { ...made.connector, enrolments: stores.enrolments };
  const { attempts, rateLimiter } = stores;
  const context = { ...made.certifyContext, ca, attempts, rateLimiter };
  const request = pkcsReq({ ra: made.ra, challenge: password });
  /** Repeats an outage, as the device and the workflow do. */
  const repeated = async <Result>(call: () => Promise<Result>): Promise<Result> => {
    for (let tries = 0; tries < 30; tries += 1) {
      try {
        return await call();
      } catch {
        made.time.seconds += 1;
      }
    }
    throw new Error('an outage that does not end');
  };
  const send = () => repeated(() => answerPkiMessage(request.message, scep));
  const run = async (attempt: Attempt): Promise<void> => {
    for (let rounds = 0; rounds < 60; rounds += 1) {
      const result = await repeated(() => runCertify(attempt, context));
      if (result.isDone) return;
      made.time.seconds += result.waitSeconds;
    }
  };
  const challengeNow = async () => {
    const { challenges } = await stores.register.list('test', { limit: 1 });
    return challenges[0];
  };
  return { ...made, stores, ca, send, run, challengeNow };
}

describe('an enrolment on DynamoDB', () => {
  it('gets one certificate for a one-time challenge, despite copies and concurrent runs', async () => {
    const { send, run, started, ca, challengeNow } = await connector();
    await Promise.all([send(), send(), send()]);
    const [attempt] = started;
    if (attempt === undefined) throw new Error('nothing was started');
    await Promise.all([run(attempt), run(attempt), run(attempt)]);
    const answers = await Promise.all([send(), send()]);
    expect(answers[0]?.outcome).toMatchObject({ status: 'issued' });
    expect(answers[0]?.outcome).toEqual(answers[1]?.outcome);
    expect([ca.made.size, (await challengeNow())?.usesLeft]).toEqual([1, 0]);
  });

  it.each([1, 2, 3, 4, 5])(
    'gets one certificate despite injected faults (seed %i)',
    async (seed) => {
      const random = seeded(seed);
      const rates = { conflictRate: 0.2, unprocessedRate: 0.2, throttleRate: 0.05 };
      const { send, run, started, ca, challengeNow } = await connector({ random, ...rates });
      await Promise.all([send(), send()]);
      ca.plan.issue.push('lost');
      const [attempt] = started;
      if (attempt === undefined) throw new Error('nothing was started');
      await Promise.all([run(attempt), run(attempt)]);
      expect((await send()).outcome).toMatchObject({ status: 'issued' });
      expect([ca.made.size, (await challengeNow())?.usesLeft]).toEqual([1, 0]);
    },
  );

  it('returns its use if the CA refuses it, despite injected faults', async () => {
    const rates = { conflictRate: 0.2, unprocessedRate: 0.1 };
    const { send, run, started, ca, challengeNow } = await connector({
      random: seeded(9),
      ...rates,
    });
    await send();
    ca.plan.issue.push('CertificateRefused');
    const [attempt] = started;
    if (attempt === undefined) throw new Error('nothing was started');
    await run(attempt);
    expect((await challengeNow())?.usesLeft).toBe(1);
    await send();
    expect(started.at(-1)).toEqual({ ...attempt, attempt: 2 });
    await run({ ...attempt, attempt: 2 });
    expect((await send()).outcome).toMatchObject({ status: 'issued' });
    expect([ca.made.size, (await challengeNow())?.usesLeft]).toEqual([1, 0]);
  });
});
