/**
 * Records requests that policy refused, for admins. It decides nothing and delays a device for a
 * bounded time.
 */
import { randomUUID } from 'node:crypto';
import type { Refusal, RefusalCode } from '../errors.ts';
import type { Enrolment } from '../message/enrolment.ts';
import { attributeOf } from '../names/subject-attributes.ts';
import { challengeIdIn, challengeKeyOf } from '../policy/challenge.ts';
import { type IssuanceKeys, keyedDigest } from '../policy/connector-key.ts';
import type { EventBus, HistoryEntry, Refusals } from '../ports.ts';
import { bestEffort, type Log } from './best-effort.ts';
import { type EventSubjects, issuanceEvent } from './events.ts';
import { subjectText } from './subject-text.ts';

/** A request that was read, and refused. */
export interface RefusedRequest {
  readonly enrolment: Enrolment;
  readonly transactionId: string;
  readonly code: Refusal['code'];
  readonly keys: IssuanceKeys;
  /** The key of the client's counters. */
  readonly clientAddress: string;
}

/** The dependencies of the recorder. */
export interface RefusalContext extends EventSubjects {
  readonly refusals: Refusals;
  readonly events: EventBus;
  readonly nowMilliseconds: () => number;
  readonly log: Log;
}

/** A device waits for its answer meanwhile. */
const longestMilliseconds = 1000;

/**
 * Refusals a second that one function records. A stranger can cause as many as the API admits, and
 * each costs two writes. The log and the metrics have every one.
 */
const mostPerSecond = 5;

/** These are about a challenge that exists, so its id is worth recording. */
const ofAChallenge: ReadonlySet<RefusalCode> = new Set([
  'ChallengeExpired',
  'ChallengeRevoked',
  'ChallengeUsed',
  'ChallengeConstraint',
]);

/** Records refusals and publishes their events; never throws. */
export function refusalRecorder(
  context: RefusalContext,
): (refused: RefusedRequest) => Promise<void> {
  let second = 0;
  let recorded = 0;
  return async (refused) => {
    const atMilliseconds = context.nowMilliseconds();
    const current = Math.floor(atMilliseconds / 1000);
    if (current !== second) [second, recorded] = [current, 0];
    recorded += 1;
    if (recorded > mostPerSecond) return;
    const entry = entryOf(refused, atMilliseconds);
    const { refusals, events, log } = context;
    const source = keyedDigest(refused.keys.sources, refused.clientAddress);
    await Promise.all([
      bestEffort('refusal', longestMilliseconds, () => refusals.record(entry, source), log),
      bestEffort(
        'event',
        longestMilliseconds,
        () => events.publish(issuanceEvent(entry, context)),
        log,
      ),
    ]);
  };
}

/** A transactionID is the device's own text, cut to the longest of any known client. */
const longestTransactionId = 128;

function entryOf(
  { enrolment, transactionId, code, keys }: RefusedRequest,
  atMilliseconds: number,
): HistoryEntry {
  const { connectorId, enrolmentId, subject, challengePasswords } = enrolment;
  const [password] = challengePasswords;
  const known = ofAChallenge.has(code) && password !== undefined;
  return {
    connectorId,
    atMilliseconds,
    id: randomUUID(),
    outcome: 'refused',
    code,
    subject: subjectText(subject.map(({ oid, text }) => ({ type: attributeOf(oid), value: text }))),
    ...(known && { challengeId: challengeIdIn(challengeKeyOf(connectorId, password, keys)) }),
    enrolmentId,
    transactionId: transactionId.slice(0, longestTransactionId),
  };
}
