/**
 * Records the requests that were refused after they were opened, for admins. Recording decides
 * nothing, and delays a device for a bounded time.
 */
import { randomUUID } from 'node:crypto';
import type { RefusalCode } from '../core/errors.ts';
import type { Enrolment } from '../message/enrolment.ts';
import type { NameAttribute } from '../message/names.ts';
import { toAttribute } from '../names/subject-attributes.ts';
import { deriveChallengeKey, readChallengeId } from '../policy/challenge.ts';
import type { IssuanceKeys } from '../policy/connector-key.ts';
import type { EventBus, HistoryEntry } from '../ports/history.ts';
import type { Refusals } from '../ports/refusals.ts';
import { type Log, runBestEffort } from './best-effort.ts';
import { buildIssuanceEvent, type EventSubjects } from './events.ts';
import { formatSubject } from './subject-text.ts';
import { formatTransactionId } from './transaction-text.ts';

/** A request that was opened and then refused. */
export interface RefusedRequest {
  readonly connectorId: string;
  readonly code: RefusalCode;
  /** As in `Refusal` (core/errors.ts). */
  readonly refused?: string;
  /** The content of the CSR; undefined if it could not be read. */
  readonly enrolment: Enrolment | undefined;
  /** The requested subject; undefined if it could not be read. */
  readonly subject: readonly NameAttribute[] | undefined;
  readonly enrolmentId: string;
  readonly transactionId: string;
  readonly keys: IssuanceKeys;
  /** The keyed hash of the client's address. */
  readonly source: string;
}

/** The dependencies of the refusal recorder. */
export interface RefusalContext extends EventSubjects {
  readonly refusals: Refusals;
  readonly events: EventBus;
  readonly nowMilliseconds: () => number;
  readonly log: Log;
}

/** The longest that a device waits for one write. */
const maxMilliseconds = 1000;

/**
 * The refusals that one function records per second. Each costs three writes and an event, and a
 * stranger can cause as many as the API admits. The log and the metrics include every refusal.
 */
const maxPerSecond = 5;

/** The refusals for an existing challenge, whose id is recorded. */
const challengeRefusals: ReadonlySet<RefusalCode> = new Set([
  'ChallengeExpired',
  'ChallengeRevoked',
  'ChallengeUsed',
  'ChallengeConstraint',
]);

/** Creates a function that records a refusal, publishes its event, and never throws. */
export function createRefusalRecorder(
  context: RefusalContext,
): (refused: RefusedRequest) => Promise<void> {
  let second = 0;
  let recorded = 0;
  return async (refused) => {
    const atMilliseconds = context.nowMilliseconds();
    const current = Math.floor(atMilliseconds / 1000);
    if (current !== second) [second, recorded] = [current, 0];
    recorded += 1;
    if (recorded > maxPerSecond) return;
    const entry = buildEntry(refused, atMilliseconds);
    const { refusals, events, log } = context;
    let isKept = true;
    const record = async (): Promise<void> => {
      isKept = await refusals.record(entry, refused.source);
    };
    await runBestEffort('refusal', maxMilliseconds, record, log);
    // Past the bound of the day there is no event either. A failed write does not stop the event.
    if (!isKept) return;
    const publish = () => events.publish(buildIssuanceEvent(entry, context));
    await runBestEffort('event', maxMilliseconds, publish, log);
  };
}

function buildEntry(
  {
    connectorId,
    code,
    refused,
    subject,
    enrolment,
    enrolmentId,
    transactionId,
    keys,
  }: RefusedRequest,
  atMilliseconds: number,
): HistoryEntry {
  const [password] = enrolment?.challengePasswords ?? [];
  const isKnown = challengeRefusals.has(code) && password !== undefined;
  return {
    connectorId,
    atMilliseconds,
    id: randomUUID(),
    outcome: 'refused',
    code,
    ...(refused !== undefined && { refused }),
    ...(subject && {
      subject: formatSubject(
        subject.map(({ oid, text }) => ({ type: toAttribute(oid), value: text })),
      ),
    }),
    ...(isKnown && {
      challengeId: readChallengeId(deriveChallengeKey(connectorId, password, keys)),
    }),
    enrolmentId,
    transactionId: formatTransactionId(transactionId),
  };
}
