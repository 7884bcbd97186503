/** A device: sends its request, again after an outage, polls while it is pending, and gives up in the end. */
import { HttpFault, type RefusalCode } from '../../lambda/errors.ts';
import type { Outcome } from '../../lambda/message/outcome.ts';
import type { Dice } from './dice.ts';
import { type Caller, isBug } from './faults.ts';
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
  /** Polls with CertPoll; others send their request again (and so do those whose transactionID is not theirs alone). */
  readonly polls: boolean;
  readonly startsAt: number;
  readonly givesUpAt: number;
}

/** What a device is told, or that it was told nothing. */
export type Heard = Outcome | { readonly status: 'outage' };

/** Where devices live. */
export interface Neighbourhood {
  readonly time: VirtualTime;
  readonly trace: Trace;
  readonly dice: Dice;
  readonly world: World;
  readonly faultRate: () => number;
  /** Looks at every answer. */
  readonly judge: (plan: DevicePlan, heard: Outcome) => void;
}

/** Refusals after which a device does well to ask again: nothing was issued, or something else was under way. */
const passing: ReadonlySet<RefusalCode> = new Set([
  'TransactionInFlight',
  'CertificateRefused',
  'CertificateLost',
  'IntuneUnreachable',
  'Intune:ChallengeExpired',
  'Intune:RegisteredKeyMismatch',
]);

/** Asks once. */
async function ask(plan: DevicePlan, message: Uint8Array, at: Neighbourhood): Promise<Heard> {
  const { world, trace, judge, faultRate } = at;
  const alive = { isAlive: () => true, kill: () => {}, isDurable: true };
  const caller: Caller = { label: plan.name, ...alive, faultRate };
  try {
    const heard = await world.ask(caller, message);
    trace.note(`${plan.name} hears ${heard.status === 'refused' ? heard.code : heard.status}`);
    judge(plan, heard);
    return heard;
  } catch (error) {
    if (error instanceof HttpFault || isBug(error)) throw error;
    trace.note(`${plan.name} hears nothing: ${(error as Error).name}`);
    return { status: 'outage' };
  }
}

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
  while (time.now() < plan.givesUpAt) {
    heard = await ask(plan, message, at);
    if (heard.status === 'issued') return heard;
    if (heard.status === 'refused' && !passing.has(heard.code)) return heard;
    if (heard.status !== 'outage')
      message = heard.status === 'pending' && plan.polls ? poll : messages[plan.wrapsAnew ? 1 : 0];
    await time.sleep(dice.between(500, 30_000));
  }
  return heard;
}
