/**
 * Every kind of item in DynamoDB: how it is created, which attributes it needs, and how it is read.
 */
import type { Item } from '../../lambda/aws/attributes.ts';
import {
  toEarlierRowKey,
  toProgressKey,
  toRowKey,
  toSerialRecordKey,
  toTransactionRowKey,
} from '../../lambda/aws/enrolment-keys.ts';
import type { FaultCode } from '../../lambda/core/errors.ts';
import { requireSerial } from '../../lambda/core/serial-number.ts';
import {
  certificateOf,
  claimed,
  created,
  grantedRow,
  issuing,
  newEnrolmentId,
  refusing,
  withholding,
} from './samples.ts';
import { now, type Stores, tables } from './stores.ts';

/** An item that `read` reads; a test damages each of `attributes` in turn. */
export interface Kind {
  readonly fault: FaultCode;
  readonly attributes: readonly string[];
  /** Attributes that may be missing, but not damaged. */
  readonly optional?: readonly string[];
  readonly stored: (stores: Stores) => Promise<{
    readonly table: string;
    readonly id: string;
    readonly read: () => Promise<unknown>;
  }>;
}

const idOf = (key: Item): string => key.id?.S ?? '';

const ofEveryRow = [
  'connectorId',
  'enrolmentId',
  'attempt',
  'grantedAt',
  'subject',
  'transactionId',
  'status',
];

/** Reads the newest row of an enrolment. */
export const readRow = (stores: Stores, row: { readonly enrolmentId: string }) => ({
  table: tables.enrolments,
  id: idOf(toRowKey('test', row.enrolmentId)),
  read: () => stores.enrolments.readKnown({ enrolmentId: row.enrolmentId }),
});

/** Every kind of item that we store. */
export const kinds: Readonly<Record<string, Kind>> = {
  'an open row': {
    fault: 'EnrolmentRowUnreadable',
    attributes: [...ofEveryRow, 'sealedGrant'],
    optional: ['challengeId'],
    stored: async (stores) => readRow(stores, await claimed(stores)),
  },
  'an open row that a copy of its request finds': {
    fault: 'EnrolmentRowUnreadable',
    attributes: [...ofEveryRow, 'sealedGrant'],
    stored: async (stores) => {
      const row = await claimed(stores);
      return {
        ...readRow(stores, row),
        read: () => stores.enrolments.claim({ row, nowSeconds: now }),
      };
    },
  },
  'an issued row': {
    fault: 'EnrolmentRowUnreadable',
    attributes: [
      ...ofEveryRow,
      'certificateArn',
      'serialHex',
      'sealedCertificate',
      'notBefore',
      'notAfter',
    ],
    optional: ['revokedAt'],
    stored: async (stores) => {
      const row = await claimed(stores);
      const certificate = certificateOf(row);
      await stores.attempts.settle(issuing(certificate));
      await stores.certificates.markRevoked(requireSerial(certificate.serialHex), now);
      return readRow(stores, row);
    },
  },
  'a refused row': {
    fault: 'EnrolmentRowUnreadable',
    attributes: [...ofEveryRow, 'code'],
    optional: ['serialHex', 'revokedAt'],
    stored: async (stores) => {
      const row = await claimed(stores);
      await stores.attempts.settle(withholding(certificateOf(row)));
      const { certificates } = await stores.withheld.pending(100);
      const own = certificates.find(({ enrolmentId }) => enrolmentId === row.enrolmentId);
      if (own === undefined) throw new Error('not withheld');
      await stores.withheld.markRevoked(own, now);
      return readRow(stores, row);
    },
  },
  'the row of an earlier attempt': {
    fault: 'EnrolmentRowUnreadable',
    attributes: [...ofEveryRow, 'code'],
    stored: async (stores) => {
      const row = await claimed(stores);
      await stores.attempts.settle(refusing(row));
      const { row: previous } = await stores.enrolments.readKnown(row);
      await claimed(stores, { ...row, attempt: 2 }, { previous });
      const id = idOf(toEarlierRowKey('test', row));
      return { table: tables.enrolments, id, read: () => stores.attempts.read(row) };
    },
  },
  'a row with a search': {
    fault: 'EnrolmentRowUnreadable',
    attributes: [],
    optional: ['lostAt', 'searchedAt', 'candidateArns'],
    stored: async (stores) => {
      const row = await claimed(stores);
      const asked = { askedAtSeconds: now };
      const search = { ...asked, searchedAtSeconds: now, candidates: ['arn:one'] };
      const { sealedGrant } = row.state;
      await stores.attempts.settle(refusing(row, {}, { search, sealedGrant }));
      return readRow(stores, row);
    },
  },
  'a progress record': {
    fault: 'ProgressUnreadable',
    attributes: ['enrolmentId', 'attempt', 'turnAtMilliseconds', 'tries', 'requestedAt'],
    optional: ['certificateArn', 'withheldFor'],
    stored: async (stores) => {
      const { enrolmentId, attempt } = grantedRow();
      const turn = { enrolmentId, attempt, turnAtMilliseconds: 1, tries: 1, askedAtSeconds: now };
      await stores.attempts.begin(turn);
      await stores.attempts.recordArn(turn, 'arn:one');
      await stores.attempts.withhold(turn, 'CertificateMismatch');
      const id = idOf(toProgressKey('test', enrolmentId));
      return { ...readRow(stores, turn), table: tables.certificates, id };
    },
  },
  'a challenge': {
    fault: 'ChallengeItemUnreadable',
    attributes: ['challengeId', 'sealedPassword', 'maxUses', 'usesLeft'],
    optional: ['expiresAt', 'name'],
    stored: async (stores) => {
      const challengeKey = await created(stores, 2, { expiresAtSeconds: now + 1, name: 'x' });
      const keys = { enrolmentId: newEnrolmentId(), challengeKey };
      const read = () => stores.enrolments.readKnown(keys);
      return { table: tables.challenges, id: challengeKey, read };
    },
  },
  'a transaction': {
    fault: 'EnrolmentRowUnreadable',
    attributes: ['enrolmentId'],
    stored: async (stores) => {
      const key = newEnrolmentId();
      await stores.enrolments.bindTransaction(key, newEnrolmentId());
      const id = idOf(toTransactionRowKey('test', key));
      return { table: tables.enrolments, id, read: () => stores.enrolments.findTransaction(key) };
    },
  },
  'a serial record': {
    fault: 'SerialUnreadable',
    attributes: ['serialHex'],
    optional: ['revokedAt'],
    stored: async (stores) => {
      const row = await claimed(stores);
      const certificate = certificateOf(row);
      const key = requireSerial(certificate.serialHex);
      await stores.attempts.settle(issuing(certificate));
      await stores.certificates.markRevoked(key, now);
      const id = idOf(toSerialRecordKey('test', key));
      return { table: tables.certificates, id, read: () => stores.certificates.find(key) };
    },
  },
};
