/**
 * A device: sends its request, again after an outage, polls while it is pending, and gives up in
 * the end.
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

/** What a device is like. */
export interface DevicePlan {
  readonly name: string;
  readonly request: Request;
  readonly challenge: number;
  /** Sends its first request twice at once. */
  readonly sendsTwice: boolean;
  /** Wraps its CSR anew when it sends it again. */
  readonly wrapsAnew: boolean;
  /**
   * Polls with CertPoll; others send their request again (and so do those whose transactionID is
   * not theirs alone).
   */
  readonly polls: boolean;
  readonly startsAt: number;
  readonly givesUpAt: number;
}

/** What a device was answered, or that it was not. */
export type Heard = Outcome | { readonly status: 'outage' };

/** Where devices live. */
export interface Neighbourhood {
  readonly time: VirtualTime;
  readonly trace: Trace;
  readonly dice: Dice;
  readonly world: World;
  readonly faultRate: () => number;
  /** Checks every answer. */
  readonly judge: Judge;
}

/**
 * Refusals after which a device does well to ask again: nothing was issued, or what was made is not
 * handed out.
 */
const passing: ReadonlySet<RefusalCode> = new Set<RefusalCode>([
  'CertificateRefused',
  'CertificateLost',
  'CertificateRevoked',
  'IntuneUnreachable',
  'Intune:ChallengeExpired',
  'Intune:RegisteredKeyMismatch',
]);

/** A caller of the simulation's own: it outlives what it calls. */
export const durableCaller = (label: string, faultRate: () => number): Caller => ({
  ...{ label, faultRate },
  isAlive: () => true,
  kill: () => {},
  isDurable: true,
});

/** Asks once. */
async function ask(plan: DevicePlan, message: Uint8Array, at: Neighbourhood): Promise<Heard> {
  const { world, trace, judge, faultRate } = at;
  const asked = judge.asks(plan);
  try {
    const heard = await world.ask(durableCaller(plan.name, faultRate), message);
    trace.note(`${plan.name} hears ${heard.status === 'refused' ? heard.code : heard.status}`);
    judge.hears(plan, heard, asked);
    return heard;
  } catch (error) {
    if (error instanceof HttpFault || isBug(error)) throw error;
    trace.note(`${plan.name} hears nothing: ${(error as Error).name}`);
    return { status: 'outage' };
  }
}

/**
 * Pauses between asks, in milliseconds: short ones first, since every ask costs the simulation its
 * RSA.
 */
const eagerAsks = 4;
const eagerPause = [500, 20_000] as const;
const laterPause = [20_000, 300_000] as const;

/** Asks until it has an answer that stands, or no patience. Returns the last it heard. */
export async function enrol(plan: DevicePlan, at: Neighbourhood): Promise<Heard> {
  const { time, dice } = at;
  await time.sleep(plan.startsAt - time.now());
  const { messages, poll } = plan.request;
  if (plan.sendsTwice)
    time.spawn(async () => {
      await time.sleep(dice.between(0, 3000));
      await ask(plan, messages[0], at);
    });
  let message = messages[0];
  let heard: Heard = { status: 'outage' };
  for (let asks = 0; time.now() < plan.givesUpAt; asks += 1) {
    heard = await ask(plan, message, at);
    if (heard.status === 'issued') return heard;
    if (heard.status === 'refused' && !passing.has(heard.code)) return heard;
    if (heard.status !== 'outage')
      message = heard.status === 'pending' && plan.polls ? poll : messages[plan.wrapsAnew ? 1 : 0];
    const [minMilliseconds, maxMilliseconds] = asks < eagerAsks ? eagerPause : laterPause;
    await time.sleep(dice.between(minMilliseconds, maxMilliseconds));
  }
  return heard;
}
