/**
 * What is known of a request after each stage of the flow, and how a refusal ends the stages. The
 * reply mirrors these facts, and refusals are recorded with them.
 */
import { Refusal } from '../core/errors.ts';
import type { CertificationRequest } from '../message/certification-request.ts';
import type { Enrolment } from '../message/enrolment.ts';
import type { Envelope, EnvelopeFingerprint } from '../message/envelope.ts';
import type { Outcome } from '../message/outcome.ts';
import type { PkiMessage } from '../message/pki-message.ts';
import type { RaIdentities } from '../message/ra-identity.ts';
import type { UnverifiedMessage } from '../message/signed-data.ts';
import type { ScepContext } from './context.ts';

/** A message that can be answered. Nothing in it is verified yet. */
export interface Received {
  readonly unverified: UnverifiedMessage;
  /** The keyed hash of the client's address: the key of its budgets. */
  readonly source: string;
  readonly identities: RaIdentities;
}

/** The signature holds. */
export interface Authenticated extends Received {
  readonly message: PkiMessage;
}

/** The envelope names one of our identities, in algorithms that this connector accepts. */
export interface Addressed extends Authenticated {
  readonly envelope: Envelope;
}

/** The replay guard admitted the envelope, so a refusal is remembered with these keys. */
export interface Admitted extends Addressed {
  readonly admitted: { readonly fingerprint: EnvelopeFingerprint; readonly sender: string };
}

/** The envelope is open, and the self-signature of the CSR holds. */
export interface Opened extends Admitted {
  readonly request: CertificationRequest;
  readonly enrolmentId: string;
}

/** The names, extensions and attributes of the CSR are read. */
export interface Readable extends Opened {
  readonly enrolment: Enrolment;
}

/** The facts of any stage. */
type Progress = Received & Partial<Omit<Readable, keyof Received>>;

/** The request has an outcome. */
export type Decided = Progress & { readonly outcome: Outcome };

/** The next stage refused the request. */
export type Refused = Progress & {
  readonly refusal: Refusal;
  /** The replay guard remembered the refusal, so nothing was opened. */
  readonly isRepeated?: true;
};

/**
 * Runs a stage, and adds the facts that it returns to the known ones. A `Refusal` that it throws
 * becomes `refusal`, beside the facts that were known before. Any other error is thrown.
 */
export async function runStage<Known extends Received, Learned extends object>(
  known: Known,
  stage: (known: Known, context: ScepContext) => Learned | Promise<Learned>,
  context: ScepContext,
): Promise<Known & (Learned | Pick<Refused, 'refusal'>)> {
  try {
    return { ...known, ...(await stage(known, context)) };
  } catch (error) {
    if (error instanceof Refusal) return { ...known, refusal: error };
    throw error;
  }
}
