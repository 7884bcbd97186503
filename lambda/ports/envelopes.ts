/**
 * The scep function's memory of messages and their sources. It keeps strangers from querying an
 * oracle and from causing unbounded work (docs/decisions/008-envelope-flood.md).
 */
import type { RefusalCode } from '../core/errors.ts';
import type { EnvelopeFingerprint } from '../message/envelope.ts';

/** A remembered refusal. */
export interface RememberedRefusal {
  readonly code: RefusalCode;
  readonly refused?: string;
}

/** The replay guard's answer to an envelope. */
export type Admission =
  /** The encrypted key is new, or it came in this same envelope before. */
  | 'admitted'
  /** The encrypted key came in another envelope before. */
  | 'changed'
  /** The same message was refused within the last minute. */
  | RememberedRefusal;

/** The envelope replay guard. One call of `admit` is one conditional write. */
export interface ReplayGuard {
  /**
   * `sender` names the transaction and the key that signed, because a refusal of one signer is not
   * a refusal of another.
   */
  admit(fingerprint: EnvelopeFingerprint, sender: string): Promise<Admission>;
  /** Remembers for a minute that this sender's message was refused. */
  rememberRefusal(
    fingerprint: EnvelopeFingerprint,
    sender: string,
    refusal: RememberedRefusal,
  ): Promise<void>;
}

/** How long a refusal is remembered. After that, an admin can have removed its cause. */
export const rememberedSeconds = 60;

/** A budget per source. A source is a keyed hash, never an address. */
export interface ClientLimit {
  /** Whether this source is within its budget. */
  allows(source: string): Promise<boolean>;
  /** Counts one failure of this source. */
  recordFailure(source: string): Promise<void>;
}

/** The budgets of a source. They are counted separately. */
export interface ClientLimits {
  /** Envelopes that did not open. */
  readonly decryptions: ClientLimit;
  /** Requests whose challenge password is unknown. */
  readonly guesses: ClientLimit;
  /** Requests that Intune refused. */
  readonly validations: ClientLimit;
}
