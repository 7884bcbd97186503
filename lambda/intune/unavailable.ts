import { Fault } from '../errors.ts';

/** The step at which Microsoft was not reached or not understood. */
export type IntuneStep =
  | 'token'
  | 'discovery'
  | 'validateRequest'
  | 'successNotification'
  | 'failureNotification'
  | 'downloadRevocationRequests'
  | 'uploadRevocationResults';

/**
 * What is known of an outage. Only words of ours, numbers, and identifiers that were checked to be
 * that.
 */
export interface Outage {
  readonly step: IntuneStep;
  readonly reason: string;
  readonly status?: number;
  /** From this long on it may be tried again. */
  readonly retryAfterSeconds?: number;
}

/**
 * Microsoft gave no verdict. Carries no text of an answer, no address and no cause: any of them may
 * hold a token, an assertion or a request with its challenge.
 */
export class IntuneUnavailable extends Fault {
  readonly step: IntuneStep;
  readonly reason: string;
  readonly status?: number;
  readonly retryAfterSeconds?: number;

  constructor({ step, reason, status, retryAfterSeconds }: Outage) {
    super(
      'IntuneUnavailable',
      `${step}: ${reason}${status === undefined ? '' : ` (HTTP ${status})`}`,
    );
    this.step = step;
    this.reason = reason;
    this.status = status;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}
