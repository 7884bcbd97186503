/**
 * One attempt to get a certificate for an enrolment. The same request starts another attempt if the
 * last one was refused, or if its certificate is revoked or past half its life. Each attempt is
 * authorised again.
 */
export interface Attempt {
  /** The fingerprint F of the enrolment, 64 hex digits (docs/architecture.md). */
  readonly enrolmentId: string;
  /** The first attempt is 1. */
  readonly attempt: number;
}

/** The name of an attempt in records, in logs and in the idempotency token of its order. */
export const formatAttemptId = ({ enrolmentId, attempt }: Attempt): string =>
  `${enrolmentId}-${attempt}`;

/** Whether both are the same attempt of the same enrolment. */
export const isSameAttempt = (one: Attempt, other: Attempt): boolean =>
  one.enrolmentId === other.enrolmentId && one.attempt === other.attempt;

/**
 * The time that the scep function has to start a new attempt, in seconds. After it the row is due,
 * so the dispatcher may start the attempt as well.
 */
export const startedWithinSeconds = 5;
