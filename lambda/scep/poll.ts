/** CertPoll: one read of the enrolment that the transaction points to. */
import { Refusal } from '../core/errors.ts';
import { deriveTransactionKey } from '../message/enrolment.ts';
import type { Outcome } from '../message/outcome.ts';
import type { ScepContext } from './context.ts';
import { repeat } from './enrol.ts';
import type { Authenticated } from './progress.ts';

/** The result of a poll. */
export interface Polled {
  readonly outcome: Outcome;
  readonly enrolmentId: string;
}

/**
 * Answers a poll; throws `Refusal('NoSuchTransaction')`. An unknown transactionID and another
 * client's get the same answer, because the lookup key contains the signer's key
 * (docs/rfc8894.md P-5).
 */
export async function poll({ message }: Authenticated, context: ScepContext): Promise<Polled> {
  const { connectorId, enrolments } = context;
  const { transactionId, signer } = message.replyTo;
  const key = deriveTransactionKey(connectorId, transactionId, signer.subjectPublicKeyInfo);
  const enrolmentId = await enrolments.findTransaction(key);
  if (enrolmentId === undefined) throw new Refusal('NoSuchTransaction');
  const known = await enrolments.readKnown({ enrolmentId });
  if (known.row === undefined) throw new Refusal('NoSuchTransaction');
  return { outcome: await repeat(known.row, known, context), enrolmentId };
}
