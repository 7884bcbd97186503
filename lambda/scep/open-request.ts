/**
 * From an envelope to the enrolment in it: the budget of failed decryptions, the replay guard, then
 * the RA key (docs/decisions/008-envelope-flood.md). Every envelope that does not open gets the
 * same answer, so the answer reveals nothing. The budget bounds the attempts of an attacker who
 * finds a difference all the same.
 */
import { Refusal } from '../core/errors.ts';
import type { CertificationRequest } from '../message/certification-request.ts';
import {
  deriveEnrolmentId,
  deriveTransactionKey,
  type Enrolment,
  readEnrolment,
} from '../message/enrolment.ts';
import { fingerprintEnvelope } from '../message/envelope.ts';
import { openCertificationRequest } from '../message/open-envelope.ts';
import { refuseUnusableKey } from '../message/self-signature.ts';
import { readSignerKey } from '../message/signed-data.ts';
import { requireBudget } from './budgets.ts';
import type { ScepContext } from './context.ts';
import type { Addressed, Admitted, Opened, Refused } from './progress.ts';

/**
 * Shows the envelope to the replay guard. Throws `HttpFault('TooManyEnvelopes')` for a client that
 * is over its budget, and `Refusal('EnvelopeRefused')` for a changed envelope, which is charged.
 * Returns the remembered refusal of a message that was refused within the last minute.
 */
export async function admitEnvelope(
  { message, envelope, source }: Addressed,
  { connectorId, envelopes, limits }: ScepContext,
): Promise<Pick<Admitted, 'admitted'> | Required<Pick<Refused, 'refusal' | 'isRepeated'>>> {
  await requireBudget('decryptions', source, limits);
  const { transactionId, signer } = message.replyTo;
  const fingerprint = fingerprintEnvelope(envelope);
  const sender = deriveTransactionKey(connectorId, transactionId, signer.subjectPublicKeyInfo);
  const admission = await envelopes.admit(fingerprint, sender);
  if (typeof admission === 'object')
    return { refusal: new Refusal(admission.code, admission.refused), isRepeated: true };
  if (admission === 'changed') {
    // The refusal comes before decryption, so that a changed envelope queries no padding oracle.
    await limits.decryptions.recordFailure(source);
    throw new Refusal('EnvelopeRefused');
  }
  return { admitted: { fingerprint, sender } };
}

/** Decrypts the CSR. Throws `Refusal('EnvelopeRefused')`, and charges the client for it. */
export async function openRequest(
  { message, envelope, source }: Admitted,
  { connectorId, limits }: ScepContext,
): Promise<Pick<Opened, 'request' | 'enrolmentId'>> {
  const { replyTo } = message;
  let request: CertificationRequest;
  try {
    request = openCertificationRequest(envelope, readSignerKey(replyTo));
  } catch (error) {
    if (error instanceof Refusal) await limits.decryptions.recordFailure(source);
    throw error;
  }
  const signerKey = replyTo.signer.subjectPublicKeyInfo;
  return { request, enrolmentId: deriveEnrolmentId(connectorId, signerKey, request) };
}

/**
 * Reads the CSR. Throws `Refusal` for a key that SCEP cannot use, and for names, extensions and
 * attributes that cannot be read.
 */
export function readRequest(
  { message, request, enrolmentId }: Opened,
  { connectorId, settings }: ScepContext,
): { readonly enrolment: Enrolment } {
  refuseUnusableKey(request);
  return { enrolment: readEnrolment(connectorId, message, request, settings.quirks, enrolmentId) };
}
