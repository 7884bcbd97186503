/**
 * What the scep function remembers of messages and of their sources, so that strangers cannot
 * query an oracle or cause unbounded work (docs/decisions/008-envelope-flood.md).
 */
import type { RefusalCode } from '../core/errors.ts';
import type { EnvelopeFingerprint } from '../message/envelope.ts';

/** A refusal as it is remembered. */
export interface RememberedRefusal {
  readonly code: RefusalCode;
  readonly refused?: string;
}

/** The result of showing an envelope to the replay guard. */
export type Admission =
  /** The encrypted key is new, or came with this same envelope before. */
  | 'admitted'
  /** The encrypted key came with another envelope before. */
  | 'changed'
  /** The same message was refused within the last minute. */
  | RememberedRefusal;

/** The envelope replay guard. One call of `admit` is one conditional write. */
export interface ReplayGuard {
  /**
   * `sender` names the transaction and the key that signed, because a refusal of one signer is not
   * a refusal of another.
   */
  admit(mark: EnvelopeFingerprint, sender: string): Promise<Admission>;
  /** Remembers for a minute that this sender's message was refused. */
  rememberRefusal(
    mark: EnvelopeFingerprint,
    sender: string,
    refusal: RememberedRefusal,
  ): Promise<void>;
}

/** How long a refusal is remembered, in seconds: then an admin may have removed its cause. */
export const rememberedSeconds = 60;

/** A budget of each source. A source is a keyed hash, never an address. */
export interface ClientLimit {
  /** Whether this source has something left. */
  allows(source: string): Promise<boolean>;
  /** Counts one more of this source. */
  recordFailure(source: string): Promise<void>;
}

/** The budgets of a source, each of its own. */
export interface ClientLimits {
  /** Envelopes that did not open. */
  readonly decryptions: ClientLimit;
  /** Requests whose challenge password is unknown. */
  readonly guesses: ClientLimit;
  /** Requests that Intune refused. */
  readonly validations: ClientLimit;
}
