/**
 * How an attempt ends in DynamoDB: row, serial record, progress record and challenge, in one
 * transaction.
 */
import type { DynamoDBClient, TransactWriteItem } from '@aws-sdk/client-dynamodb';
import { formatAttemptId } from '../core/attempt.ts';
import { Fault } from '../core/errors.ts';
import type { RefusalBasis, Settlement, SettleResult } from '../ports/attempts.ts';
import { type Item, setMembers, toNumberAttribute } from './attributes.ts';
import { toDayMembers } from './day-list.ts';
import { toStateMembers } from './enrolment-item.ts';
import {
  type EnrolmentTables,
  lostPartition,
  toProgressKey,
  toRowKey,
  toWithheldPartition,
} from './enrolment-keys.ts';
import { toProgressTtl } from './progress-item.ts';
import { buildSerialWrite } from './serial-record.ts';
import { toSettledTtl } from './settled-row.ts';
import type { StoreOptions } from './store-options.ts';
import { type FailedConditions, transact } from './transact.ts';

type Client = Pick<DynamoDBClient, 'send'>;

/**
 * Settles; see `AttemptStore.settle`. A challenge that is gone, or full, gets no use back, and the
 * rest is written without it.
 */
export async function settleAttempt(
  client: Client,
  tables: EnrolmentTables,
  options: StoreOptions,
  settlement: Settlement,
): Promise<SettleResult> {
  const parts = partsOf(settlement, tables, options);
  const result = await transact(
    client,
    parts.map(({ write }) => write),
    'SettlementContended',
    options.repeats,
  );
  if (result === 'written') return 'settled';
  const failed = parts.filter((_, at) => result[at] !== undefined).map(({ name }) => name);
  if (failed.includes('row')) return 'settledBefore';
  if (failed.includes('progress')) return 'askedElsewhere';
  if (failed.includes('serial')) return serialVerdict(result, parts, settlement);
  const { giveBack: _, ...rest } = settlement;
  return await settleAttempt(client, tables, options, rest);
}

interface Part {
  readonly name: 'row' | 'progress' | 'serial' | 'challenge';
  readonly write: TransactWriteItem;
}

function partsOf(
  settlement: Settlement,
  tables: EnrolmentTables,
  { connectorId }: StoreOptions,
): readonly Part[] {
  const { certificate, giveBack, state } = settlement;
  const row = { TableName: tables.enrolments, ...rowWrite(settlement, connectorId) };
  const parts: Part[] = [{ name: 'row', write: { Update: row } }];
  if (certificate !== undefined) {
    const record = buildSerialWrite(certificate, connectorId, handedOutMembers(settlement));
    parts.push({
      name: 'serial',
      write: { Update: { TableName: tables.certificates, ...record } },
    });
  } else if (state.status === 'refused') {
    const closed = progressWrite(settlement, connectorId, state.code);
    parts.push({
      name: 'progress',
      write: { Update: { TableName: tables.certificates, ...closed } },
    });
  }
  if (giveBack !== undefined) {
    const use = { TableName: tables.challenges, ...giveBackWrite(giveBack) };
    parts.push({ name: 'challenge', write: { Update: use } });
  }
  return parts;
}

/**
 * An existing record is this attempt's own and contradicts the write, or it is another attempt's,
 * which is an error: a CA uses a serial once.
 */
function serialVerdict(
  failed: FailedConditions,
  parts: readonly Part[],
  { enrolmentId, attempt }: Settlement,
): SettleResult {
  const item = failed[parts.findIndex(({ name }) => name === 'serial')] ?? {};
  const isOwn = item.enrolmentId?.S === enrolmentId && item.attempt?.N === String(attempt);
  if (!isOwn) throw new Fault('SerialUnreadable', item.id?.S);
  return 'certificateRevoked';
}

/**
 * Where a settled row is listed, and until when it is kept. Its Grant is removed, unless a search
 * still needs it.
 */
function rowWrite(settlement: Settlement, connectorId: string) {
  const { enrolmentId, attempt, state, nowMilliseconds } = settlement;
  const nowSeconds = Math.floor(nowMilliseconds / 1000);
  const members: Item = {
    ...toStateMembers(state),
    ...toDayMembers(connectorId, nowMilliseconds, formatAttemptId(settlement)),
    ttl: toSettledTtl(state, nowSeconds),
    ...dueMembers(connectorId, settlement, nowSeconds),
  };
  const removed = [
    'sealedGrant',
    'lostAt',
    'searchedAt',
    'candidateArns',
    'duePartition',
    'dueAt',
  ].filter((name) => members[name] === undefined);
  const set = setMembers(members, removed);
  return {
    Key: toRowKey(connectorId, enrolmentId),
    ...set,
    ConditionExpression: 'attempt = :attempt AND #status = :granted',
    ExpressionAttributeValues: {
      ...set.ExpressionAttributeValues,
      ':attempt': toNumberAttribute(attempt),
      ':granted': { S: 'granted' },
    },
  };
}

/**
 * A withheld certificate is due for the Revoke function, a search that goes on is due for the
 * finder.
 */
function dueMembers(
  connectorId: string,
  { certificate, searchDueAtSeconds }: Settlement,
  nowSeconds: number,
): Item {
  if (certificate?.withheldFor !== undefined)
    return {
      duePartition: { S: toWithheldPartition(connectorId) },
      dueAt: toNumberAttribute(nowSeconds),
    };
  if (searchDueAtSeconds !== undefined)
    return { duePartition: { S: lostPartition }, dueAt: toNumberAttribute(searchDueAtSeconds) };
  return {};
}

/** What each basis of a refusal requires of the progress record (ports/enrolments.ts). */
const conditions: Readonly<Record<RefusalBasis, string>> = {
  rejected:
    'attempt = :attempt AND tries = :one AND attribute_not_exists(certificateArn) AND attribute_not_exists(withheldFor)',
  failed: 'attempt = :attempt AND attribute_not_exists(withheldFor)',
  notAsked:
    'attribute_not_exists(id) OR attempt < :attempt OR (attempt = :attempt AND attribute_not_exists(requestedAt) AND attribute_not_exists(withheldFor))',
  unknown: 'attribute_not_exists(id) OR attempt <= :attempt',
};

/** Closes the progress record, so that an old row that is put back is refused again. */
const progressWrite = (
  { enrolmentId, attempt, basis, nowMilliseconds }: Settlement,
  connectorId: string,
  code: string,
) => ({
  Key: toProgressKey(connectorId, enrolmentId),
  UpdateExpression:
    'SET withheldFor = if_not_exists(withheldFor, :code), enrolmentId = :enrolment, attempt = :attempt,' +
    ' turnAtMilliseconds = if_not_exists(turnAtMilliseconds, :zero), tries = if_not_exists(tries, :zero), #ttl = :ttl',
  ConditionExpression: conditions[basis],
  ExpressionAttributeNames: { '#ttl': 'ttl' },
  ExpressionAttributeValues: {
    ':code': { S: code },
    ':enrolment': { S: enrolmentId },
    ':attempt': toNumberAttribute(attempt),
    ':zero': toNumberAttribute(0),
    ':ttl': toProgressTtl(Math.floor(nowMilliseconds / 1000)),
    ...(basis === 'rejected' && { ':one': toNumberAttribute(1) }),
  },
});

/** Records that the row hands its certificate out. */
const handedOutMembers = ({ state, nowMilliseconds }: Settlement): Item =>
  state.status === 'issued'
    ? { handedOutAt: toNumberAttribute(Math.floor(nowMilliseconds / 1000)) }
    : {};

/**
 * The condition requires an item that exists and was used, because `ADD` alone would create one
 * that never expires.
 */
const giveBackWrite = (challengeKey: string) => ({
  Key: { id: { S: challengeKey } },
  UpdateExpression: 'SET usesLeft = usesLeft + :one',
  ConditionExpression: 'attribute_exists(id) AND usesLeft < maxUses',
  ExpressionAttributeValues: { ':one': toNumberAttribute(1) },
});
