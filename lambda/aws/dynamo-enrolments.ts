/** The scep function's reads and writes of enrolments, in DynamoDB. */
import { type DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { startedWithinSeconds } from '../core/attempt.ts';
import { getChallengeState } from '../policy/challenge.ts';
import type { Claim, ClaimResult, EnrolmentRow, EnrolmentStore } from '../ports/enrolments.ts';
import {
  computeTtl,
  type Item,
  toNumberAttribute,
  toOptionalMember,
  toTextAttribute,
} from './attributes.ts';
import { readChallengeRecord } from './challenge-item.ts';
import { put, writeConditionally } from './conditional-write.ts';
import { readRow, toRowItem } from './enrolment-item.ts';
import {
  type EnrolmentTables,
  rateLimiterKey,
  toDuePartition,
  toEarlierRowKey,
  toProgressKey,
  toRowKey,
  toTransactionRowKey,
} from './enrolment-keys.ts';
import { readKnownItems } from './known-items.ts';
import { readItems } from './read-items.ts';
import { toEarlierRowItem } from './settled-row.ts';
import type { StoreOptions } from './store-options.ts';
import { readStoredItem } from './stored-item.ts';
import { transact } from './transact.ts';

/** How many days a transactionID finds its enrolment. */
const transactionDays = 30;

/** The port on three tables whose key is `id`, for one connector. */
export function createDynamoEnrolments(
  client: Pick<DynamoDBClient, 'send'>,
  tables: EnrolmentTables,
  { connectorId, nowSeconds, repeats }: StoreOptions,
): EnrolmentStore {
  return {
    readKnown: async ({ enrolmentId, challengeKey }) => {
      const row = toRowKey(connectorId, enrolmentId);
      const progress = toProgressKey(connectorId, enrolmentId);
      const challenge = challengeKey === undefined ? [] : [{ id: { S: challengeKey } }];
      const item = await readItems(
        client,
        {
          [tables.enrolments]: [row],
          [tables.certificates]: [progress, rateLimiterKey],
          [tables.challenges]: challenge,
        },
        repeats,
      );
      const found = challenge[0] && item(tables.challenges, challenge[0]);
      return {
        ...readKnownItems({
          row: item(tables.enrolments, row),
          progress: item(tables.certificates, progress),
          rateLimiter: item(tables.certificates, rateLimiterKey),
        }),
        ...(found && { challenge: readChallengeRecord(found) }),
      };
    },
    claim: (claim) => (isOneItem(claim) ? claimRow(claim) : claimTogether(claim)),
    bindTransaction: async (key, enrolmentId) => {
      const ttl = computeTtl(nowSeconds(), transactionDays);
      const Item = {
        ...toTransactionRowKey(connectorId, key),
        enrolmentId: { S: enrolmentId },
        ttl,
      };
      await client.send(new PutItemCommand({ TableName: tables.enrolments, Item }));
    },
    findTransaction: async (key) => {
      const { Item } = await client.send(
        new GetItemCommand({
          TableName: tables.enrolments,
          Key: toTransactionRowKey(connectorId, key),
          ConsistentRead: true,
        }),
      );
      return Item && readStoredItem(Item, 'EnrolmentRowUnreadable').text('enrolmentId');
    },
  };

  /**
   * One conditional put instead of a transaction, because the claim shares no item with another
   * enrolment.
   */
  async function claimRow(claim: Claim): Promise<ClaimResult> {
    const command = put({ TableName: tables.enrolments, ...buildRowPut(claim) });
    const result = await writeConditionally(client, command, 'ChallengeContended', repeats);
    return 'written' in result ? 'claimed' : { existing: readRow(result.failed) };
  }

  async function claimTogether(claim: Claim): Promise<ClaimResult> {
    const { countedChallenge, previous, nowSeconds: now } = claim;
    const result = await transact(
      client,
      [
        {
          Put: {
            TableName: tables.enrolments,
            ...buildRowPut(claim),
            ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
          },
        },
        ...(previous
          ? [{ Put: { TableName: tables.enrolments, Item: toEarlierRow(previous, now) } }]
          : []),
        ...(countedChallenge
          ? [{ Update: { TableName: tables.challenges, ...buildUseChange(countedChallenge, now) } }]
          : []),
      ],
      'ChallengeContended',
      repeats,
    );
    if (result === 'written') return 'claimed';
    const [existing] = result;
    // An existing row decides, because it may have taken the last use of its challenge.
    if (existing?.id) return { existing: readRow(existing) };
    if (existing) throw readStoredItem(existing, 'EnrolmentRowUnreadable').unreadable();
    return { refused: readChallengeState(result.at(-1), now) };
  }
}

const isOneItem = ({ countedChallenge, previous }: Claim): boolean =>
  countedChallenge === undefined && previous === undefined;

/** The row of an attempt that a later one follows, under its own key. */
const toEarlierRow = (row: EnrolmentRow, nowSeconds: number): Item => ({
  ...toEarlierRowKey(row.connectorId, row),
  ...toEarlierRowItem(row, nowSeconds),
});

/** Puts the row of a new attempt. It is due soon, in case nothing starts the attempt before. */
function buildRowPut({ row, previous }: Claim) {
  const Item: Item = {
    ...toRowKey(row.connectorId, row.enrolmentId),
    ...toRowItem(row),
    duePartition: { S: toDuePartition(row.enrolmentId) },
    dueAt: toNumberAttribute(row.grantedAtSeconds + startedWithinSeconds),
  };
  if (previous === undefined) return { Item, ConditionExpression: 'attribute_not_exists(id)' };
  const { attempt, state } = previous;
  const serialHex = state.status === 'granted' ? undefined : state.serialHex;
  // The copy of the settled row was read earlier. The condition fails if the row has got a
  // certificate since then.
  const isAsRead =
    serialHex === undefined ? 'attribute_not_exists(serialHex)' : 'serialHex = :serial';
  return {
    Item,
    ConditionExpression: `attempt = :previous AND #status <> :granted AND ${isAsRead}`,
    ExpressionAttributeNames: { '#status': 'status' },
    ExpressionAttributeValues: {
      ':previous': toNumberAttribute(attempt),
      ':granted': { S: 'granted' },
      ...toOptionalMember(':serial', serialHex, toTextAttribute),
    },
  };
}

/** Takes one use. Expiry is part of the condition, because TTL removes items days late. */
const buildUseChange = (challengeKey: string, nowSeconds: number) => ({
  Key: { id: { S: challengeKey } },
  UpdateExpression: 'SET usesLeft = usesLeft - :one',
  ConditionExpression:
    'usesLeft > :zero AND attribute_not_exists(revokedAt)' +
    ' AND (attribute_not_exists(expiresAt) OR expiresAt > :now)',
  ExpressionAttributeValues: {
    ':one': toNumberAttribute(1),
    ':zero': toNumberAttribute(0),
    ':now': toNumberAttribute(nowSeconds),
  },
  ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
});

const readChallengeState = (item: Item | undefined, nowSeconds: number) =>
  item?.id === undefined
    ? 'unknown'
    : (getChallengeState(readChallengeRecord(item), nowSeconds) ?? 'unknown');
