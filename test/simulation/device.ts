/**
 * A device. It sends its request, repeats it after an outage, polls while it is pending, and gives
 * up in the end.
 */
import { HttpFault, type RefusalCode } from '../../lambda/core/errors.ts';
import type { Outcome } from '../../lambda/message/outcome.ts';
import type { Dice } from './dice.ts';
import { type Caller, isBug } from './faults.ts';
import type { Judge } from './judge.ts';
import type { Request } from './requests.ts';
import type { Trace } from './trace.ts';
import type { VirtualTime } from './virtual-time.ts';
import type { World } from './world.ts';

/** How one device behaves. */
export interface DevicePlan {
  readonly name: string;
  readonly request: Request;
  readonly challenge: number;
  /** Sends its first request twice at once. */
  readonly sendsTwice: boolean;
  /** Puts its CSR into a new envelope for each repetition. */
  readonly wrapsAnew: boolean;
  /**
   * Polls with CertPoll. Other devices repeat their request, above all those that share a
   * transactionID.
   */
  readonly polls: boolean;
  readonly startsAt: number;
  readonly givesUpAt: number;
}

/** The answer to a device, or `outage` if it got none. */
export type DeviceAnswer = Outcome | { readonly status: 'outage' };

/** What a device works with. */
export interface DeviceContext {
  readonly time: VirtualTime;
  readonly trace: Trace;
  readonly dice: Dice;
  readonly world: World;
  readonly faultRate: () => number;
  /** Checks every answer against I5 and I6 (docs/architecture.md). */
  readonly judge: Judge;
}

/**
 * Refusals after which a device retries. Either nothing was issued, or the certificate is not
 * handed out.
 */
const retriedRefusals: ReadonlySet<RefusalCode> = new Set<RefusalCode>([
  'CertificateRefused',
  'CertificateLost',
  'CertificateRevoked',
  'IntuneUnreachable',
  'Intune:ChallengeExpired',
  'Intune:RegisteredKeyMismatch',
]);

/** A caller that a fault cannot kill, such as a device or an admin. */
export const durableCaller = (label: string, faultRate: () => number): Caller => ({
  ...{ label, faultRate },
  isAlive: () => true,
  kill: () => {},
  isDurable: true,
});

/** Sends one message and checks the answer. */
async function sendOnce(
  plan: DevicePlan,
  message: Uint8Array,
  at: DeviceContext,
): Promise<DeviceAnswer> {
  const { world, trace, judge, faultRate } = at;
  const before = judge.observeBefore(plan);
  try {
    const answer = await world.sendPkiMessage(durableCaller(plan.name, faultRate), message);
    trace.note(
      `${plan.name} is answered ${answer.status === 'refused' ? answer.code : answer.status}`,
    );
    judge.checkAnswer(plan, answer, before);
    return answer;
  } catch (error) {
    if (error instanceof HttpFault || isBug(error)) throw error;
    trace.note(`${plan.name} gets no answer: ${(error as Error).name}`);
    return { status: 'outage' };
  }
}

/**
 * Pauses between requests, in milliseconds. The first ones are short, since every request costs RSA
 * operations.
 */
const maxEarlyRequests = 4;
const earlyPauseMilliseconds = [500, 20_000] as const;
const latePauseMilliseconds = [20_000, 300_000] as const;

/** Enrols a device until it has a final answer or gives up. Returns its last answer. */
export async function enrol(plan: DevicePlan, at: DeviceContext): Promise<DeviceAnswer> {
  const { time, dice } = at;
  await time.sleep(plan.startsAt - time.now());
  const { messages, poll } = plan.request;
  if (plan.sendsTwice)
    time.spawn(async () => {
      await time.sleep(dice.between(0, 3000));
      await sendOnce(plan, messages[0], at);
    });
  let message = messages[0];
  let answer: DeviceAnswer = { status: 'outage' };
  for (let requests = 0; time.now() < plan.givesUpAt; requests += 1) {
    answer = await sendOnce(plan, message, at);
    if (answer.status === 'issued') return answer;
    if (answer.status === 'refused' && !retriedRefusals.has(answer.code)) return answer;
    if (answer.status !== 'outage')
      message = answer.status === 'pending' && plan.polls ? poll : messages[plan.wrapsAnew ? 1 : 0];
    const [minMilliseconds, maxMilliseconds] =
      requests < maxEarlyRequests ? earlyPauseMilliseconds : latePauseMilliseconds;
    await time.sleep(dice.between(minMilliseconds, maxMilliseconds));
  }
  return answer;
}
