/**
 * The keys of an enrolment's items in DynamoDB (docs/architecture.md lists them), and the names of
 * the indexes.
 */
import type { Attempt } from '../core/attempt.ts';
import type { Item } from './attributes.ts';

/**
 * Lists what is due, by `duePartition` and `dueAt`. An item is in it only while work is left for
 * it.
 */
export const dueIndex = 'due';

/** Lists settled attempts, by `connectorDay` and `endedAt`. */
export const byDayIndex = 'byDay';

/** The partition of searches that are due, of all connectors. */
export const lostPartition = 'lost';

/** A partition of an index takes 1,000 writes a second; a burst of grants is spread over four. */
const shards = 4;

/** The partitions of attempts that are due, of all connectors. */
export const duePartitions: readonly string[] = Array.from(
  { length: shards },
  (_, at) => `due#${at}`,
);

/** The partition of one enrolment's attempts. */
export const toDuePartition = (enrolmentId: string): string =>
  `due#${Number.parseInt(enrolmentId.slice(0, 1), 16) % shards}`;

/** The partition of certificates that the Revoke function of a connector has to revoke. */
export const toWithheldPartition = (connectorId: string): string => `${connectorId}#withheld`;

/** The partition of revocations that Intune requested of a connector. */
export const toRevocationsPartition = (connectorId: string): string => `${connectorId}#revocations`;

const id = (text: string): Item => ({ id: { S: text } });

/** The newest attempt of an enrolment. */
export const toRowKey = (connectorId: string, enrolmentId: string): Item =>
  id(`${connectorId}#enrolment#${enrolmentId}`);

/** An attempt that a later one follows. */
export const toEarlierRowKey = (connectorId: string, { enrolmentId, attempt }: Attempt): Item =>
  id(`${connectorId}#enrolment#${enrolmentId}#${attempt}`);

/** A transaction, which points to an enrolment. */
export const toTransactionRowKey = (connectorId: string, transactionKey: string): Item =>
  id(`${connectorId}#transaction#${transactionKey}`);

/** Intune's verdicts on the requests with one challenge. */
export const toVerdictKey = (connectorId: string, challengeId: string): Item =>
  id(`${connectorId}#verdict#${challengeId}`);

/** The progress record of an enrolment's newest attempt. Only Certify's role writes it. */
export const toProgressKey = (connectorId: string, enrolmentId: string): Item =>
  id(`${connectorId}#progress#${enrolmentId}`);

/** The record of a certificate, by its serial number (lower-case hex without leading zeros). */
export const toSerialRecordKey = (connectorId: string, serialKey: string): Item =>
  id(`${connectorId}#serial#${serialKey}`);

/**
 * The rate limiter of IssueCertificate: one item of the service. A key of the service begins with
 * `#`, so that no connector's keys include it, whatever the connector is named.
 */
export const rateLimiterKey: Item = id('#rate-limiter');

/** The lease of the dispatcher: one item of the service. */
export const leaseKey: Item = id('#dispatcher-lease');

/** The tables of one service. */
export interface EnrolmentTables {
  readonly challenges: string;
  readonly enrolments: string;
  readonly certificates: string;
}
