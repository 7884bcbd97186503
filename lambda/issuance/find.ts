/**
 * The task that looks into an enrolment of which nobody knows whether its certificate was made: the answer of the CA was lost, and
 * asking again after the five minutes of an idempotency token would make another.
 */
import type { IssuanceRecords, Ledger } from '../ports.ts';
import { idempotencyToken } from './order.ts';
import type { Found, IssuanceInput } from './task.ts';

/** What finding needs. */
export interface FindContext {
  readonly ledger: Pick<Ledger, 'find' | 'recordRequest'>;
  readonly records: IssuanceRecords;
  readonly nowSeconds: () => number;
}

/** CloudTrail mostly shows a call within five minutes. */
const lookAgainSeconds = 5 * 60;

/** AWS says "typically within 15 minutes"; eight times that, and a call that does not show was never heard. */
const lostAfterSeconds = 2 * 3600;

/** Clocks differ, and the last ask of a token comes up to four minutes after the first (issue.ts) and takes its time. */
const beforeSeconds = 60;
const afterSeconds = 6 * 60;

/**
 * Finds the certificate that was asked for and adopts it: its ARN is recorded, and `collect` goes on. Throws `CertificateLost` if no
 * record shows it long after, and `NotGranted` where nothing is open.
 */
export async function find(
  { enrolmentId, generation }: IssuanceInput,
  { ledger, records, nowSeconds }: FindContext,
): Promise<Found> {
  const input = { enrolmentId, generation };
  const entry = await ledger.find(enrolmentId);
  if (entry?.generation !== generation || entry.state.status === 'refused')
    throw new Error('NotGranted');
  const known = entry.state.certificateArn;
  if (known) return { ...input, found: true, certificateArn: known };
  const { askedAtSeconds = 0 } = entry.state as { readonly askedAtSeconds?: number };
  const certificateArn = await records.certificateArnOf(
    idempotencyToken(input),
    askedAtSeconds - beforeSeconds,
    askedAtSeconds + afterSeconds,
  );
  if (certificateArn === undefined) {
    if (nowSeconds() - askedAtSeconds > lostAfterSeconds) throw new CertificateLost();
    return { ...input, found: false, waitSeconds: lookAgainSeconds };
  }
  await ledger.recordRequest(input, certificateArn);
  return { ...input, found: true, certificateArn };
}

/** The CA never heard the order. The challenge is given back, and the device may ask again. */
class CertificateLost extends Error {
  override readonly name = 'CertificateLost';
}
