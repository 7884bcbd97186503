import type { RefusalCode } from '../core/errors.ts';
import type { Pace } from '../core/pace.ts';
import type { IssuanceKeys } from '../policy/connector-key.ts';
import type { Grant } from '../policy/grant.ts';
import type { AttemptStore, RefusalBasis } from '../ports/attempts.ts';
import type { PrivateCa } from '../ports/certificate-authority.ts';
import type { AttemptProgress, EnrolmentRow, GrantedState } from '../ports/enrolments.ts';
import type { AuditEvent } from '../ports/history.ts';
import type { Intune } from '../ports/intune.ts';
import type { IssuanceRateLimiter } from '../ports/rate-limiter.ts';
import type { Clock, Random } from '../ports/system.ts';

/** The dependencies of one connector's Certify function. */
export interface CertifyContext {
  readonly connectorId: string;
  readonly signingAlgorithm: string;
  readonly keys: Pick<IssuanceKeys, 'grants'>;
  readonly attempts: AttemptStore;
  readonly rateLimiter: IssuanceRateLimiter;
  readonly ca: Pick<PrivateCa, 'issue' | 'retrieve'>;
  /**
   * If given, Intune authorised the Grants of this connector, and is notified before a certificate
   * is handed out.
   */
  readonly intune?: Pick<Intune, 'notifySuccess' | 'notifyFailure'>;
  /** The recent duration of orders at a busy CA. Optional; if omitted, nothing is learned. */
  readonly pace?: Pace;
  readonly clock: Clock;
  readonly random: Random;
  /** Publishes an event; never throws, and takes a bounded time. */
  readonly publish: (event: AuditEvent) => Promise<void>;
  readonly arnPrefix: string;
  readonly certificateAuthorityArn: string;
  /** Takes the fields of one log line. None of them is secret. */
  readonly log: (fields: Readonly<Record<string, unknown>>) => void;
}

/** An open attempt with its unsealed Grant. */
export interface OpenAttempt {
  readonly row: EnrolmentRow & { readonly state: GrantedState };
  readonly grant: Grant;
  readonly progress?: AttemptProgress;
  readonly nextTurnAtMilliseconds: number;
  /** When this execution began, in epoch milliseconds. */
  readonly startedAtMilliseconds: number;
}

/** The result of a round. */
export type Round =
  /** No work is left, or the dispatcher starts the attempt again at the time in its row. */
  | { readonly next: 'end' }
  /** The Wait state, then another round. */
  | { readonly next: 'wait'; readonly seconds: number };

/** Why an attempt ends without a certificate. */
export interface Refused {
  readonly code: RefusalCode;
  readonly basis: RefusalBasis;
}

/** The round that ends an execution. */
export const end: Round = { next: 'end' };
