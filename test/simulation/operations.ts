/**
 * What each method of a store does in DynamoDB (lambda/aws): the items that it writes, whether in a
 * transaction, and its write units.
 */
import { toDuePartition } from '../../lambda/aws/enrolment-keys.ts';
import { type Repeats, urgentRepeats } from '../../lambda/aws/repeat-until-decided.ts';
import type { FaultCode } from '../../lambda/core/errors.ts';
import type { RecordedCertificate, Settlement } from '../../lambda/ports/attempts.ts';
import type { DueAttempt, LostAttempt } from '../../lambda/ports/due-attempts.ts';
import type { AttemptProgress, Claim } from '../../lambda/ports/enrolments.ts';
import type { WithheldCertificate } from '../../lambda/ports/withheld.ts';
import type { Operation, Units } from './database.ts';

/** One method: its operation by its inputs, and the fault if it stays undecided. */
export interface Method {
  readonly operation: (...inputs: never[]) => Operation;
  readonly code: FaultCode;
  /** Omitted: the default pauses. */
  readonly repeats?: Repeats;
}

export type Methods = Readonly<Record<string, Method>>;

const rowItem = (enrolmentId: string): string => `row#${enrolmentId}`;
const progressItem = (enrolmentId: string): string => `progress#${enrolmentId}`;
const serialItem = (serialHex: string): string => `serial#${serialHex}`;
const challengeItem = (key: string): string => `challenge#${key}`;

/** A row has 2 KB, so it costs two units. A changed index entry costs a delete and a put. */
const rowUnits = 2;
const indexUnits = (enrolmentId: string): Units => ({ of: toDuePartition(enrolmentId), count: 2 });
const units = (of: string, count: number): Units => ({ of, count });

const read = (code: FaultCode = 'KeysUnprocessed'): Method => ({
  operation: () => ({ kind: 'read' }),
  code,
});
const batch: Method = { operation: () => ({ kind: 'batch' }), code: 'KeysUnprocessed' };
const index: Method = { operation: () => ({ kind: 'index' }), code: 'KeysUnprocessed' };

function claimOperation({ row, previous, countedChallenge }: Claim): Operation {
  const isTransaction = countedChallenge !== undefined || previous !== undefined;
  const rows = (previous === undefined ? 1 : 2) * rowUnits;
  return {
    kind: isTransaction ? 'transaction' : 'write',
    items: [
      rowItem(row.enrolmentId),
      ...(countedChallenge ? [challengeItem(countedChallenge)] : []),
    ],
    units: [
      units('enrolments', isTransaction ? 2 * rows : rows),
      indexUnits(row.enrolmentId),
      ...(countedChallenge
        ? [units('challenges', 2), units(challengeItem(countedChallenge), 2)]
        : []),
    ],
  };
}

function settleOperation({ enrolmentId, certificate, giveBack }: Settlement): Operation {
  const record = certificate ? serialItem(certificate.serialHex) : progressItem(enrolmentId);
  return {
    kind: 'transaction',
    items: [rowItem(enrolmentId), record, ...(giveBack ? [challengeItem(giveBack)] : [])],
    units: [
      units('enrolments', 2 * rowUnits),
      indexUnits(enrolmentId),
      units('byDay#today', 1),
      units('certificates', 2),
      ...(giveBack ? [units('challenges', 2), units(challengeItem(giveBack), 2)] : []),
    ],
  };
}

/** A write of one row and its index entry. */
const rowWrite: Method = {
  operation: ({ enrolmentId }: DueAttempt | LostAttempt) => ({
    kind: 'write',
    items: [rowItem(enrolmentId)],
    units: [units('enrolments', rowUnits), indexUnits(enrolmentId)],
  }),
  code: 'SettlementContended',
};

const progressWrite: Method = {
  operation: ({ enrolmentId }: AttemptProgress) => ({
    kind: 'write',
    items: [progressItem(enrolmentId)],
    units: [units('certificates', 1)],
  }),
  code: 'SettlementContended',
};

const rowAndSerialWrite: Method = {
  operation: ({ enrolmentId, serialHex }: RecordedCertificate | WithheldCertificate) => ({
    kind: 'transaction',
    items: [rowItem(enrolmentId), serialItem(serialHex)],
    units: [units('enrolments', 2 * rowUnits), indexUnits(enrolmentId), units('certificates', 2)],
  }),
  code: 'SettlementContended',
};

const serialWrite: Method = {
  operation: ({ serialHex }: RecordedCertificate) => ({
    kind: 'write',
    items: [serialItem(serialHex)],
    units: [units('certificates', 1)],
  }),
  code: 'SettlementContended',
};

const challengeWrite: Method = {
  operation: (id: string) => ({
    kind: 'write',
    items: [challengeItem(id)],
    units: [units('challenges', 2), units(challengeItem(id), 2)],
  }),
  code: 'ChallengeContended',
  repeats: urgentRepeats,
};

/** The methods of every store in DynamoDB. */
export const dynamoMethods = {
  Enrolments: {
    readKnown: batch,
    claim: { operation: claimOperation, code: 'ChallengeContended' },
    bindTransaction: {
      operation: (key: string) => ({
        kind: 'write',
        items: [`transaction#${key}`],
        units: [units('enrolments', 1)],
      }),
      code: 'SettlementContended',
    },
    findTransaction: read(),
  },
  Attempts: {
    read: batch,
    begin: progressWrite,
    mark: progressWrite,
    unmark: progressWrite,
    recordArn: progressWrite,
    withhold: progressWrite,
    record: serialWrite,
    settle: { operation: settleOperation, code: 'SettlementContended' },
    discard: rowAndSerialWrite,
    postpone: rowWrite,
    requestSearch: rowWrite,
    endSearch: rowWrite,
  },
  Due: {
    due: index,
    progressOf: batch,
    postpone: rowWrite,
    lease: {
      operation: () => ({ kind: 'write', units: [units('certificates', 1)] }),
      code: 'SettlementContended',
    },
  },
  Lost: { due: index, report: rowWrite, postpone: rowWrite },
  Withheld: { pending: index, markRevoked: rowAndSerialWrite },
  Certificates: {
    find: read(),
    markRevoked: {
      operation: (serial: string) => ({
        kind: 'write',
        items: [serialItem(serial)],
        units: [units('enrolments', rowUnits), units('certificates', 1)],
      }),
      code: 'SettlementContended',
    },
  },
  Challenges: {
    create: challengeWrite,
    find: read(),
    list: index,
    revoke: challengeWrite,
    replace: challengeWrite,
  },
  RateLimiter: {
    take: {
      operation: () => ({
        kind: 'write',
        units: [units('certificates', 1), units('#rate-limiter', 1)],
      }),
      code: 'RateLimiterContended',
    },
    nextTurn: read(),
  },
} as const satisfies Readonly<Record<string, Methods>>;
