/** What the scep function reads and writes of enrolments, in DynamoDB. */
import { type DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { startedWithinSeconds } from '../core/attempt.ts';
import { stateOfChallenge } from '../policy/challenge.ts';
import type { Claim, ClaimResult, EnrolmentRow, EnrolmentStore } from '../ports/enrolments.ts';
import { number, optional, ttlAfter } from './attributes.ts';
import { recordOf } from './challenge-item.ts';
import { conditionalWrite, put } from './conditional-write.ts';
import { itemOfEarlierRow, itemOfRow, rowOfItem } from './enrolment-item.ts';
import {
  duePartitionOf,
  type EnrolmentTables,
  earlierRowKey,
  type Item,
  progressKey,
  rateLimiterKey,
  rowKey,
  transactionRowKey,
} from './enrolment-keys.ts';
import { progressOfItem } from './progress-item.ts';
import { readItems } from './read-items.ts';
import { storedItem } from './stored.ts';
import { transact } from './transact.ts';
import type { Repeats } from './undecided.ts';

/** How long a transaction is found again, in days. */
const transactionDays = 30;

/** The port on three tables whose key is `id`, for one connector. */
export function dynamoEnrolments(
  client: Pick<DynamoDBClient, 'send'>,
  tables: EnrolmentTables,
  { connectorId, nowSeconds, repeats }: StoreOptions,
): EnrolmentStore {
  return {
    readKnown: async ({ enrolmentId, challengeKey }) => {
      const row = rowKey(connectorId, enrolmentId);
      const progress = progressKey(connectorId, enrolmentId);
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
        ...knownIn(item(tables.enrolments, row), item(tables.certificates, progress)),
        ...(found && { challenge: recordOf(found) }),
        nextTurnAtMilliseconds: nextTurnIn(item(tables.certificates, rateLimiterKey)),
      };
    },
    claim: (claim) => (isOneItem(claim) ? claimRow(claim) : claimTogether(claim)),
    bindTransaction: async (key, enrolmentId) => {
      const ttl = ttlAfter(nowSeconds(), transactionDays);
      const Item = { ...transactionRowKey(connectorId, key), enrolmentId: { S: enrolmentId }, ttl };
      await client.send(new PutItemCommand({ TableName: tables.enrolments, Item }));
    },
    findTransaction: async (key) => {
      const { Item } = await client.send(
        new GetItemCommand({
          TableName: tables.enrolments,
          Key: transactionRowKey(connectorId, key),
          ConsistentRead: true,
        }),
      );
      return Item && storedItem(Item, 'EnrolmentRowUnreadable').text('enrolmentId');
    },
  };

  /**
   * One conditional put instead of a transaction, because nothing is shared with another enrolment.
   */
  async function claimRow(claim: Claim): Promise<ClaimResult> {
    const command = put({ TableName: tables.enrolments, ...rowWrite(claim) });
    const result = await conditionalWrite(client, command, 'ChallengeContended', repeats);
    return 'written' in result ? 'claimed' : { existing: rowOfItem(result.failed) };
  }

  async function claimTogether(claim: Claim): Promise<ClaimResult> {
    const { countedChallenge, previous, nowSeconds: now } = claim;
    const result = await transact(
      client,
      [
        {
          Put: {
            TableName: tables.enrolments,
            ...rowWrite(claim),
            ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
          },
        },
        ...(previous
          ? [{ Put: { TableName: tables.enrolments, Item: earlierRow(previous, now) } }]
          : []),
        ...(countedChallenge
          ? [{ Update: { TableName: tables.challenges, ...useWrite(countedChallenge, now) } }]
          : []),
      ],
      'ChallengeContended',
      repeats,
    );
    if (result === 'written') return 'claimed';
    const [existing] = result;
    // An existing row decides, because it may have taken the last use of its challenge.
    if (existing?.id) return { existing: rowOfItem(existing) };
    if (existing) throw storedItem(existing, 'EnrolmentRowUnreadable').unreadable();
    return { refused: stateOfItem(result.at(-1), now) };
  }
}

/** The options of the adapters of one connector. */
export interface StoreOptions {
  readonly connectorId: string;
  readonly nowSeconds: () => number;
  /** For tests; the default repeats an undecided call for five seconds. */
  readonly repeats?: Repeats;
}

const isOneItem = ({ countedChallenge, previous }: Claim): boolean =>
  countedChallenge === undefined && previous === undefined;

/** An attempt that a later one follows keeps a row of its own. */
const earlierRow = (row: EnrolmentRow, nowSeconds: number): Item => ({
  ...earlierRowKey(row.connectorId, row),
  ...itemOfEarlierRow(row, nowSeconds),
});

/** The row of a new attempt: due soon, unless it is started before. */
function rowWrite({ row, previous }: Claim) {
  const Item: Item = {
    ...rowKey(row.connectorId, row.enrolmentId),
    ...itemOfRow(row),
    duePartition: { S: duePartitionOf(row.enrolmentId) },
    dueAt: number(row.grantedAtSeconds + startedWithinSeconds),
  };
  if (previous === undefined) return { Item, ConditionExpression: 'attribute_not_exists(id)' };
  const { attempt, state } = previous;
  const serialHex = state.status === 'granted' ? undefined : state.serialHex;
  // The copy of the settled row was read earlier. The condition keeps a certificate that the row
  // got meanwhile.
  const isAsRead =
    serialHex === undefined ? 'attribute_not_exists(serialHex)' : 'serialHex = :serial';
  return {
    Item,
    ConditionExpression: `attempt = :previous AND #status <> :granted AND ${isAsRead}`,
    ExpressionAttributeNames: { '#status': 'status' },
    ExpressionAttributeValues: {
      ':previous': number(attempt),
      ':granted': { S: 'granted' },
      ...optional(':serial', serialHex, (S) => ({ S })),
    },
  };
}

/** Takes one use. Expiry is part of the condition, because TTL removes items days late. */
const useWrite = (challengeKey: string, nowSeconds: number) => ({
  Key: { id: { S: challengeKey } },
  UpdateExpression: 'SET usesLeft = usesLeft - :one',
  ConditionExpression:
    'usesLeft > :zero AND attribute_not_exists(revokedAt)' +
    ' AND (attribute_not_exists(expiresAt) OR expiresAt > :now)',
  ExpressionAttributeValues: { ':one': number(1), ':zero': number(0), ':now': number(nowSeconds) },
  ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
});

const stateOfItem = (item: Item | undefined, nowSeconds: number) =>
  item?.id === undefined ? 'unknown' : (stateOfChallenge(recordOf(item), nowSeconds) ?? 'unknown');

/** Row and progress as read; both may be missing. */
export const knownIn = (row: Item | undefined, progress: Item | undefined) => ({
  ...(row && { row: rowOfItem(row) }),
  ...(progress && { progress: progressOfItem(progress) }),
});

/** When the next turn is, in epoch milliseconds; 0 before the first. */
export const nextTurnIn = (item: Item | undefined): number =>
  item === undefined ? 0 : storedItem(item, 'ProgressUnreadable').number('nextTurnAtMilliseconds');
