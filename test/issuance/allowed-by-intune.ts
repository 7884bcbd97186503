import type { Generation } from '../../lambda/generation.ts';
import { collect } from '../../lambda/issuance/collect.ts';
import { issue } from '../../lambda/issuance/issue.ts';
import { lint } from '../../lambda/issuance/lint.ts';
import type { Settlement } from '../../lambda/issuance/task.ts';
import { memoryIntune } from '../fakes/memory-intune.ts';
import { type TestConnectorOptions, testConnector } from '../fakes/test-connector.ts';
import { pkcsReq } from '../kit/pkcs-req.ts';

/** An enrolment that Intune allowed, and everything a task of its issuance needs. */
export async function granted(options: TestConnectorOptions = {}) {
  const intune = memoryIntune();
  const made = testConnector({ intune, held: true, waitSeconds: 0, ...options });
  await made.send(pkcsReq({ ra: made.ra, challenge: 'intune' }).message);
  const [input] = made.started;
  if (input === undefined) throw new Error('nothing was started');
  const { connectorId, keys, ledger, challenges, turnstile, clock } = made.connector;
  const context = {
    ...{ connectorId, keys, ledger, challenges, intune, ca: made.ca },
    certificates: made.certificates,
    turnstile: { ...turnstile, take: async (now: number) => now },
    signingAlgorithm: 'SHA256WITHRSA',
    nowMilliseconds: clock.nowMilliseconds,
    nowSeconds: clock.nowSeconds,
  };
  const stateNow = async () => (await ledger.find(input.enrolmentId))?.state;
  return { ...made, intune, input, context, stateNow };
}

/** The same, with a certificate that lint has passed on. */
export async function certified(options: TestConnectorOptions = {}) {
  const enrolment = await granted(options);
  const { context, input } = enrolment;
  const requested = await issue(input, context);
  if (!requested.asked) throw new Error('a queue');
  let collected = await collect(requested, context.ca);
  while (!collected.ready) collected = await collect(collected, context.ca);
  return { ...enrolment, linted: await lint(collected, context) };
}

export const failed = (input: Generation, code: string): Settlement => ({
  ...input,
  error: { Error: code },
});
