/** Requests that policy refused, for admins to see. Nothing here decides, and nothing here can hold a device up for long. */
import { randomUUID } from 'node:crypto';
import type { Refusal, RefusalCode } from '../errors.ts';
import type { Enrolment } from '../message/enrolment.ts';
import { challengeIdIn, challengeKeyOf } from '../policy/challenge.ts';
import type { ConnectorKeys } from '../policy/connector-key.ts';
import { subjectAttributeOf } from '../policy/subject.ts';
import type { EventBus, History, HistoryEntry } from '../ports.ts';
import { bestEffort, type Log } from './best-effort.ts';
import { type EventSubjects, issuanceEvent } from './events.ts';
import { subjectText } from './subject-text.ts';

/** A request that was read, and refused. */
export interface RefusedRequest {
  readonly enrolment: Enrolment;
  readonly transactionId: string;
  readonly code: Refusal['code'];
  readonly keys: ConnectorKeys;
}

/** What recording refusals needs. */
export interface RefusalContext extends EventSubjects {
  readonly history: Pick<History, 'record'>;
  readonly events: EventBus;
  readonly nowMilliseconds: () => number;
  readonly log: Log;
}

/** A device waits for its refusal meanwhile. */
const longestMilliseconds = 1000;

/**
 * Refusals a second that one function records. Anybody can have requests refused, as many as the API lets in, and each costs
 * two writes: a flood shows in the log and the metrics, where every refusal is.
 */
const mostPerSecond = 5;

/** These are about a challenge that exists, so its id means something. */
const ofAChallenge: ReadonlySet<RefusalCode> = new Set([
  'ChallengeExpired',
  'ChallengeRevoked',
  'ChallengeUsed',
  'ChallengeConstraint',
]);

/** Records refusals, and tells of them; never throws. */
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
    const { history, events, log } = context;
    await Promise.all([
      bestEffort('history', longestMilliseconds, () => history.record(entry), log),
      bestEffort(
        'event',
        longestMilliseconds,
        () => events.publish(issuanceEvent(entry, context)),
        log,
      ),
    ]);
  };
}

/** A transaction id is the device's own text: as long as any known client's, and no longer. */
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
    subject: subjectText(
      subject.map(({ oid, text }) => ({ type: subjectAttributeOf(oid) ?? oid, value: text })),
    ),
    ...(known && { challengeId: challengeIdIn(challengeKeyOf(connectorId, password, keys)) }),
    enrolmentId,
    transactionId: transactionId.slice(0, longestTransactionId),
  };
}
