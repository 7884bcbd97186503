/**
 * The data of the issuance workflow. It only names a row, because the CSR contains the challenge
 * password in clear.
 */
import type { Attempt } from '../core/attempt.ts';

/** The input of a round. The workflow starts with the attempt alone. */
export interface CertifyInput extends Attempt {
  /** When the first round began, in epoch milliseconds; omitted in the first round. */
  readonly startedAtMilliseconds?: number;
}

/** The result of a round. `isDone` ends the execution; otherwise it waits. */
export type CertifyResult = Attempt & {
  readonly startedAtMilliseconds: number;
} & ({ readonly isDone: true } | { readonly isDone: false; readonly waitSeconds: number });

/** The longest an Express workflow runs, in seconds (AWS Step Functions quotas). */
export const maxAttemptSeconds = 300;
