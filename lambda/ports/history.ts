/** The outcomes of requests for admins, and events for subscribers. */
import type { RefusalCode } from '../core/errors.ts';

/** One request's outcome, as admins see it. */
export interface HistoryEntry {
  readonly connectorId: string;
  readonly atMilliseconds: number;
  /** The entry's id. An entry with the same moment and id is the same entry. */
  readonly id: string;
  readonly outcome: 'issued' | 'refused';
  readonly code?: RefusalCode;
  /** The subject that an unauthenticated client requested, bounded and in RFC 4514's form. */
  readonly subject?: string;
  readonly serialHex?: string;
  readonly certificateArn?: string;
  readonly challengeId?: string;
  readonly enrolmentId?: string;
  readonly transactionId?: string;
  /** The refused item: an algorithm, a messageType, a kind of key (errors.ts, `Refusal`). */
  readonly refused?: string;
  /**
   * How many refusals the entry stands for; omitted for one. They have one code, one source and one
   * `refused`, and came within an hour. `atMilliseconds` is the time of the last one.
   */
  readonly count?: number;
  /** Distinguishes the sources of counted refusals: part of a keyed hash, never an address. */
  readonly source?: string;
}

/** The outcomes of requests: settled rows and recorded refusals. */
export interface History {
  /**
   * A connector's entries, the newest first. A page covers some days, so it can be empty and still
   * have a next one. Throws `PositionUnreadable` if `before` is not a valid position.
   */
  list(
    connectorId: string,
    page: { readonly limit: number; readonly before?: string },
    nowSeconds: number,
  ): Promise<{ readonly entries: readonly HistoryEntry[]; readonly next?: string }>;
}

/** An event for subscribers; it holds no secret. */
export interface AuditEvent {
  readonly detailType: string;
  /** ARNs. */
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
}

/** The destination of events. */
export interface EventBus {
  /** Throws if the event was not accepted. */
  publish(event: AuditEvent): Promise<void>;
}
