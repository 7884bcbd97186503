/** A granted attempt that was not started; a test runs its rounds one by one. */
import type { Attempt } from '../../../lambda/core/attempt.ts';
import { runCertify } from '../../../lambda/issuance/certify.ts';
import type { CertifyContext } from '../../../lambda/issuance/context.ts';
import type { CertifyInput } from '../../../lambda/issuance/task.ts';
import type { AttemptStore } from '../../../lambda/ports/attempts.ts';
import { type TestConnectorOptions, testConnector } from '../../support/fakes/test-connector.ts';
import { type PkcsReqOptions, pkcsReq } from '../../support/kit/pkcs-req.ts';
import { plannedCa } from './planned-ca.ts';

/** The methods of the store that a test replaces. */
export type Replaced = Partial<AttemptStore>;

/** Grants a request with a one-time challenge, or under Intune if `options` has one. */
export async function granted(
  options: TestConnectorOptions = {},
  request: Partial<PkcsReqOptions> = {},
) {
  const made = testConnector({ held: true, waitSeconds: 0, ...options });
  const challenge = options.intune ? 'intune' : await made.challenge({ maxUses: 1 });
  const sent = pkcsReq({ ra: made.ra, challenge, ...request });
  await made.send(sent.message);
  const started = made.started.at(-1);
  if (started === undefined) throw new Error('nothing was started');
  const attempt: Attempt = started;
  const { certifyContext, tables, time } = made;
  const ca = plannedCa(made.ca, certifyContext.clock.nowSeconds);
  const context: CertifyContext = { ...certifyContext, ca };
  /** The same context, with some of the test's own writes. */
  const replacing = (replaced: Replaced, rest: Partial<CertifyContext> = {}): CertifyContext => ({
    ...context,
    ...rest,
    attempts: { ...context.attempts, ...replaced },
  });
  const round = (used: CertifyContext = context, input: Partial<CertifyInput> = {}) =>
    runCertify({ ...attempt, ...input }, used);
  const rowNow = async () => (await context.attempts.read(attempt)).row;
  return {
    ...made,
    sent,
    attempt,
    ca,
    context,
    replacing,
    round,
    rowNow,
    stateNow: async () => (await rowNow())?.state,
    progressNow: async () => (await context.attempts.read(attempt)).progress,
    /** The only counted challenge. */
    usesLeft: () => [...tables.challenges.values()][0]?.usesLeft,
    /** The remaining work of the row. */
    due: () => [...tables.rows.values()].find(({ row }) => row.attempt === attempt.attempt)?.due,
    logged: (outcome: string) =>
      made.audited.lines.filter((line) => 'outcome' in line && line.outcome === outcome),
    /** Runs rounds as the workflow does, until one is done. */
    async run(used: CertifyContext = context): Promise<number> {
      const startedAtMilliseconds = certifyContext.clock.nowMilliseconds();
      for (let rounds = 1; rounds < 200; rounds += 1) {
        const result = await round(used, { startedAtMilliseconds });
        if (result.isDone) return rounds;
        time.seconds += result.waitSeconds;
      }
      throw new Error('the workflow does not end');
    },
    nowSeconds: certifyContext.clock.nowSeconds,
    revokedByCa: made.ca.revoked,
  };
}

/** An SDK error for a throttled table. */
export const throttled = (): Error =>
  Object.assign(new Error('Throughput exceeds the current capacity'), {
    name: 'ThrottlingException',
  });
