/**
 * Patterns of keys for policies: `*` matches any characters, and no connector's id contains `#`.
 */
import type { Item } from '../../lambda/aws/attributes.ts';
import {
  leaseKey,
  rateLimiterKey,
  toProgressKey,
  toRowKey,
  toSerialRecordKey,
  toTransactionRowKey,
  toVerdictKey,
} from '../../lambda/aws/enrolment-keys.ts';

/** The patterns of one connector's keys; for `*`, those of every connector. */
export const toKeyPatterns = (connectorId: string) => ({
  /** All the connector's items, in any table. */
  all: `${connectorId}#*`,
  /** Attempts, the newest one and earlier ones. */
  rows: patternOf(toRowKey(connectorId, '*')),
  transactions: patternOf(toTransactionRowKey(connectorId, '*')),
  /** Intune's verdicts. */
  verdicts: patternOf(toVerdictKey(connectorId, '*')),
  progress: patternOf(toProgressKey(connectorId, '*')),
  serials: patternOf(toSerialRecordKey(connectorId, '*')),
  /** Revocations that Intune requested (lambda/aws/dynamo-revocations.ts). */
  revocations: `${connectorId}#revocation#*`,
});

/** The keys of single items of the service. */
export const serviceKeys = {
  rateLimiter: patternOf(rateLimiterKey),
  lease: patternOf(leaseKey),
} as const;

function patternOf({ id }: Item): string {
  if (id?.S === undefined) throw new Error('a key without an id');
  return id.S;
}
