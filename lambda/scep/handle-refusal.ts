/**
 * What is written after a refusal: its record for admins, and a note with the envelope's mark, with
 * which the same message is refused again. Neither changes the answer.
 */
import type { Refusal } from '../core/errors.ts';
import { deriveEnrolmentId, readSubject } from '../message/enrolment.ts';
import type { ReplyAddress } from '../message/signed-data.ts';
import type { ScepContext } from './context.ts';
import type { Progress } from './progress.ts';

/**
 * Records and remembers a refusal. An opened request is recorded singly, and once; others are
 * counted.
 */
export async function handleRefusal(
  refusal: Refusal,
  replyTo: ReplyAddress,
  progress: Progress,
  context: ScepContext,
): Promise<void> {
  nameEnrolment(replyTo, progress, context);
  await Promise.all([
    record(refusal, replyTo, progress, context),
    remember(refusal, progress, context),
  ]);
}

/** The name of an opened request, also of one whose names or extensions could not be read. */
function nameEnrolment(
  { signer }: ReplyAddress,
  progress: Progress,
  { connectorId }: ScepContext,
): void {
  const { request } = progress;
  if (request === undefined) return;
  progress.enrolmentId ??= deriveEnrolmentId(connectorId, signer.subjectPublicKeyInfo, request);
}

async function record(
  { code, refused }: Refusal,
  { transactionId }: ReplyAddress,
  { request, enrolment, enrolmentId, source, isRepeated }: Progress,
  { connectorId, keys, settings, recordRefusal, countRefusal }: ScepContext,
): Promise<void> {
  const what = { connectorId, code, ...(refused !== undefined && { refused }), source };
  if (request !== undefined && enrolmentId !== undefined) {
    const subject = enrolment?.subject ?? readSubject(request, settings.quirks);
    await recordRefusal?.({ ...what, subject, enrolment, enrolmentId, transactionId, keys });
  }
  // A repeated refusal of an opened request has its record.
  else if (!isRepeated || code === 'EnvelopeRefused') await countRefusal?.(what);
}

/** Remembers a refusal with the mark of its envelope. A failure is reported: the answer stands. */
async function remember(
  { code, refused }: Refusal,
  { admitted }: Progress,
  { envelopes, report }: ScepContext,
): Promise<void> {
  if (admitted === undefined) return;
  const refusal = { code, ...(refused !== undefined && { refused }) };
  try {
    await envelopes.rememberRefusal(admitted.mark, admitted.sender, refusal);
  } catch (error) {
    report?.('remember', error);
  }
}
