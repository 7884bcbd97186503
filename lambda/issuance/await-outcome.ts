/** From the ledger to an Outcome: whether an enrolment stands, how it ended, and waiting for that a bounded time. */
import type { Connector } from '../connector.ts';
import type { Outcome } from '../message/outcome.ts';
import type { LedgerEntry } from '../ports.ts';

/**
 * Whether the same request gets the same answer (draft-nourse's rule): while it is in flight, and until its certificate
 * is revoked or past half its life. A refusal does not stand: nothing was issued, and the device may ask again.
 */
export function standsAt(nowSeconds: number, { state }: LedgerEntry): boolean {
  if (state.status !== 'issued') return state.status === 'granted';
  if (state.revokedAtSeconds !== undefined) return false;
  return nowSeconds < (state.notBeforeSeconds + state.notAfterSeconds) / 2;
}

type Standing = Pick<LedgerEntry, 'enrolmentId' | 'generation' | 'state'>;

/** How an entry ended, or pending. */
function outcomeOf({ state }: Standing): Outcome {
  if (state.status === 'granted') return { status: 'pending' };
  if (state.status === 'refused') return { status: 'refused', code: state.code };
  return { status: 'issued', certificate: state.certificate };
}

/** Between looks, in milliseconds: no certificate comes before the wait loop's first second, and a look costs one read. */
const looks = [1300, 400, 400, 500, 1000];
const laterLook = 2000;

/** Past this the next turn at the CA is so far off that waiting would only hold a function open, in milliseconds. */
const longQueue = 2000;

/**
 * The outcome of an entry: at once if it is settled; else its issuance is started, which is nothing new to one that was,
 * and looked for until the connector's wait is over, or not at all while the queue is long. Then the device polls.
 */
export async function outcomeWithin(connector: Connector, entry: Standing): Promise<Outcome> {
  const outcome = outcomeOf(entry);
  if (outcome.status !== 'pending') return outcome;
  const { enrolmentId, generation } = entry;
  const { conductor, turnstile, clock } = connector;
  const ahead = (await turnstile.next()) - clock.nowMilliseconds();
  await conductor.start({ enrolmentId, generation });
  return ahead > longQueue ? outcome : await lookedFor(entry, connector);
}

async function lookedFor(
  { enrolmentId, generation }: Standing,
  { ledger, clock, settings }: Connector,
): Promise<Outcome> {
  let outcome: Outcome = { status: 'pending' };
  const longest = settings.waitSeconds * 1000;
  for (let look = 0, waited = 0; waited < longest && outcome.status === 'pending'; look += 1) {
    const pause = Math.min(looks[look] ?? laterLook, longest - waited);
    await clock.sleep(pause);
    waited += pause;
    const current = await ledger.find(enrolmentId);
    if (current?.generation === generation) outcome = outcomeOf(current);
  }
  return outcome;
}
