import { Fault } from '../core/errors.ts';

/** The step whose request got no answer, or an answer that cannot be read. */
export type IntuneStep =
  | 'token'
  | 'discovery'
  | 'validateRequest'
  | 'successNotification'
  | 'failureNotification'
  | 'downloadRevocationRequests'
  | 'uploadRevocationResults';

/** The facts of an outage: only literals, numbers and validated identifiers. */
export interface Outage {
  readonly step: IntuneStep;
  readonly reason: string;
  readonly status?: number;
  /** The pause in seconds that Microsoft requests before another try. */
  readonly retryAfterSeconds?: number;
}

/**
 * Microsoft gave no verdict. The error carries no text of an answer, no address and no cause. Any
 * of them may contain a token, an assertion, or a request with its challenge.
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
