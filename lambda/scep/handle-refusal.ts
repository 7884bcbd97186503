/**
 * What is written after a refusal: a record for admins, and a note that refuses the same message
 * again without opening it. Neither changes the answer.
 */
import { readSubject } from '../message/enrolment.ts';
import type { ScepContext } from './context.ts';
import type { Refused } from './progress.ts';

/** Records and remembers a refusal. A failed write is reported, and changes nothing. */
export async function handleRefusal(ended: Refused, context: ScepContext): Promise<void> {
  await Promise.all([record(ended, context), remember(ended, context)]);
}

/** Records an opened request singly, and once. Counts any other request. */
async function record(
  { refusal, unverified, request, enrolment, enrolmentId, source, isRepeated }: Refused,
  { connectorId, keys, settings, recordRefusal, countRefusal }: ScepContext,
): Promise<void> {
  const { code, refused } = refusal;
  const what = { connectorId, code, ...(refused !== undefined && { refused }), source };
  if (request !== undefined && enrolmentId !== undefined) {
    const { transactionId } = unverified.replyTo;
    const subject = enrolment?.subject ?? readSubject(request, settings.quirks);
    await recordRefusal?.({ ...what, subject, enrolment, enrolmentId, transactionId, keys });
  }
  // A remembered refusal has its record, unless the envelope did not open.
  else if (!isRepeated || code === 'EnvelopeRefused') await countRefusal?.(what);
}

/** Remembers a refusal with the fingerprint of its envelope. A failure is reported only. */
async function remember(
  { refusal, admitted }: Refused,
  { envelopes, report }: ScepContext,
): Promise<void> {
  if (admitted === undefined) return;
  const { code, refused } = refusal;
  const remembered = { code, ...(refused !== undefined && { refused }) };
  try {
    await envelopes.rememberRefusal(admitted.fingerprint, admitted.sender, remembered);
  } catch (error) {
    report?.('remember', error);
  }
}
