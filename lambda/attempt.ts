/**
 * One attempt to get a certificate for an enrolment. The same request starts another attempt once
 * its certificate is revoked or past half its life, or once the last attempt was refused. That
 * attempt is authorised again.
 */
export interface Attempt {
  /** The fingerprint F of the enrolment, 64 hex digits (docs/architecture.md). */
  readonly enrolmentId: string;
  /** From 1 on. */
  readonly attempt: number;
}

/** The name of an attempt in records, logs and the idempotency token of its order. */
export const attemptId = ({ enrolmentId, attempt }: Attempt): string => `${enrolmentId}-${attempt}`;

/** Whether two names are the same attempt of the same enrolment. */
export const isSameAttempt = (one: Attempt, other: Attempt): boolean =>
  one.enrolmentId === other.enrolmentId && one.attempt === other.attempt;

/**
 * How long a new attempt is left to the scep function, in seconds. Then its row is due, and the
 * dispatcher may start it too.
 */
export const startedWithinSeconds = 5;
