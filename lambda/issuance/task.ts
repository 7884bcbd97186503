/**
 * The data of the issuance workflow: pointers only, because the CSR holds the challenge password in
 * clear.
 */
import type { Attempt } from '../core/attempt.ts';

/** The input of an execution is the name of a row; the last round of the loop adds the rest. */
export interface CertifyInput extends Attempt {
  /** When the first round began, in epoch milliseconds; omitted in the first. */
  readonly startedAtMilliseconds?: number;
}

/** The result of a round: `isDone` decides between the end and the Wait state. */
export type CertifyResult = Attempt & {
  readonly startedAtMilliseconds: number;
} & ({ readonly isDone: true } | { readonly isDone: false; readonly waitSeconds: number });

/** The longest an Express workflow runs, in seconds (AWS Step Functions quotas). */
export const maxAttemptSeconds = 300;
