/**
 * Records requests that were refused after they were opened, for admins. It decides nothing and
 * delays a device for a bounded time.
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

/** A request that was opened, and refused. */
export interface RefusedRequest {
  readonly connectorId: string;
  readonly code: RefusalCode;
  readonly refused?: string;
  /** What the CSR requests; undefined if that could not be read. */
  readonly enrolment: Enrolment | undefined;
  /** The requested subject; undefined if it could not be read. */
  readonly subject: readonly NameAttribute[] | undefined;
  readonly enrolmentId: string;
  readonly transactionId: string;
  readonly keys: IssuanceKeys;
  /** The keyed hash of the client's address. */
  readonly source: string;
}

/** The dependencies of the recorder. */
export interface RefusalContext extends EventSubjects {
  readonly refusals: Refusals;
  readonly events: EventBus;
  readonly nowMilliseconds: () => number;
  readonly log: Log;
}

/** A device waits for its answer meanwhile. */
const maxMilliseconds = 1000;

/**
 * Refusals a second that one function records. A stranger can cause as many as the API admits, and
 * each costs three writes and an event. The log and the metrics have every one.
 */
const maxPerSecond = 5;

/** These are about a challenge that exists, so its id is worth recording. */
const ofAChallenge: ReadonlySet<RefusalCode> = new Set([
  'ChallengeExpired',
  'ChallengeRevoked',
  'ChallengeUsed',
  'ChallengeConstraint',
]);

/** Records refusals and publishes their events; never throws. */
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
    const entry = entryOf(refused, atMilliseconds);
    const { refusals, events, log } = context;
    let isKept = true;
    const record = async (): Promise<void> => {
      isKept = await refusals.record(entry, refused.source);
    };
    await runBestEffort('refusal', maxMilliseconds, record, log);
    // Past the bound of the day neither is written. An entry that was lost has its event.
    if (!isKept) return;
    const publish = () => events.publish(buildIssuanceEvent(entry, context));
    await runBestEffort('event', maxMilliseconds, publish, log);
  };
}

function entryOf(
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
  const known = ofAChallenge.has(code) && password !== undefined;
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
    ...(known && { challengeId: readChallengeId(deriveChallengeKey(connectorId, password, keys)) }),
    enrolmentId,
    transactionId: formatTransactionId(transactionId),
  };
}
