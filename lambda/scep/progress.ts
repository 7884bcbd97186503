/** How far a request got: what the reply mirrors, and what is recorded and remembered of it. */
import type { CertificationRequest } from '../message/certification-request.ts';
import type { Enrolment } from '../message/enrolment.ts';
import type { Envelope, EnvelopeFingerprint } from '../message/envelope.ts';
import type { PkiMessage } from '../message/pki-message.ts';
import type { RaIdentities } from '../message/ra-identity.ts';

/** Each member is set as soon as it is known. */
export interface Progress {
  /** The keyed hash of the client's address. */
  readonly source: string;
  identities: RaIdentities;
  message?: PkiMessage;
  envelope?: Envelope;
  /** The replay guard has the envelope, so a refusal can be remembered with it. */
  admitted?: { readonly mark: EnvelopeFingerprint; readonly sender: string };
  /** A refusal was remembered, so nothing was opened. */
  isRepeated?: boolean;
  /** The envelope is open, and the CSR's self-signature holds. */
  request?: CertificationRequest;
  enrolmentId?: string;
  /** What the CSR requests is read. */
  enrolment?: Enrolment;
}
