/**
 * From an envelope to its CSR: the budget of failed decryptions, the replay guard, then the RA key
 * (docs/decisions/008-envelope-flood.md). All envelopes that do not open get the same answer, so it
 * reveals nothing. If an attacker finds a difference all the same, the budget bounds the attempts.
 */
import { HttpFault, Refusal } from '../core/errors.ts';
import type { CertificationRequest } from '../message/certification-request.ts';
import { deriveTransactionKey } from '../message/enrolment.ts';
import { type Envelope, fingerprintEnvelope } from '../message/envelope.ts';
import { openCertificationRequest } from '../message/open-envelope.ts';
import type { PkiMessage } from '../message/pki-message.ts';
import { readSignerKey } from '../message/signed-data.ts';
import type { ScepContext } from './context.ts';
import type { Progress } from './progress.ts';

/**
 * Opens the envelope. Throws `HttpFault('TooManyEnvelopes')`, and opens nothing, for a source that
 * is over its budget. Throws the remembered `Refusal` of a message that was refused within the last
 * minute, and `Refusal('EnvelopeRefused')`, which is charged to the source.
 */
export async function openRequest(
  { replyTo }: PkiMessage,
  envelope: Envelope,
  progress: Progress,
  { connectorId, envelopes, limits }: ScepContext,
): Promise<CertificationRequest> {
  const { source } = progress;
  if (!(await limits.decryptions.allows(source))) throw new HttpFault('TooManyEnvelopes');
  const { transactionId, signer } = replyTo;
  const mark = fingerprintEnvelope(envelope);
  const sender = deriveTransactionKey(connectorId, transactionId, signer.subjectPublicKeyInfo);
  const admission = await envelopes.admit(mark, sender);
  if (typeof admission === 'object') {
    progress.isRepeated = true;
    throw new Refusal(admission.code, admission.refused);
  }
  try {
    // Before the first decryption, so that a changed envelope queries no padding oracle.
    if (admission === 'changed') throw new Refusal('EnvelopeRefused');
    progress.admitted = { mark, sender };
    return openCertificationRequest(envelope, readSignerKey(replyTo));
  } catch (error) {
    if (error instanceof Refusal) await limits.decryptions.recordFailure(source);
    throw error;
  }
}
