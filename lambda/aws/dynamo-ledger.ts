/** The ledger in DynamoDB: an item an enrolment, and one a transaction that points to it. */
import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { Generation } from '../generation.ts';
import { firstLookSeconds } from '../issuance/reconcile.ts';
import type { Ledger, Unsettled } from '../ports.ts';
import { number, ttlAfter } from './attributes.ts';
import {
  askedChange,
  type Change,
  keptDays,
  lookChange,
  requestChange,
  runChange,
  settleChange,
  unaskedChange,
  unsettledMembers,
  withholdChange,
} from './ledger-changes.ts';
import { entryOf, type Item, itemOf } from './ledger-item.ts';
import { unlessConditionFails } from './unless-condition-fails.ts';
import { unsettledIndex } from './unsettled-index.ts';

/** The port on a table whose key is `id`, for one connector; `nowSeconds` dates what has no date of its own. */
export function dynamoLedger(
  client: DynamoDBClient,
  table: string,
  connectorId: string,
  nowSeconds: () => number,
): Ledger {
  const enrolmentKey = (enrolmentId: string) => ({
    id: { S: `${connectorId}#enrolment#${enrolmentId}` },
  });
  const transactionKey = (key: string) => ({ id: { S: `${connectorId}#transaction#${key}` } });
  const read = async (Key: Item): Promise<Item | undefined> =>
    (await client.send(new GetItemCommand({ TableName: table, Key, ConsistentRead: true }))).Item;
  const update = (input: Generation, change: Change): Promise<boolean> =>
    unlessConditionFails(
      client.send(
        new UpdateItemCommand({
          TableName: table,
          Key: enrolmentKey(input.enrolmentId),
          ...change,
        }),
      ),
    );
  return {
    find: async (enrolmentId) => {
      const item = await read(enrolmentKey(enrolmentId));
      return item && entryOf(item);
    },
    findTransaction: async (key) => (await read(transactionKey(key)))?.enrolmentId?.S,
    begin: (entry) =>
      unlessConditionFails(
        client.send(
          new PutItemCommand({
            TableName: table,
            Item: {
              ...enrolmentKey(entry.enrolmentId),
              ...itemOf(entry),
              ...unsettledMembers(connectorId, nowSeconds() + firstLookSeconds),
              begunAt: number(nowSeconds()),
            },
            ConditionExpression: 'attribute_not_exists(id) OR generation < :generation',
            ExpressionAttributeValues: { ':generation': number(entry.generation) },
          }),
        ),
      ),
    bindTransaction: async (key, enrolmentId) => {
      const ttl = ttlAfter(nowSeconds(), keptDays);
      const Item = { ...transactionKey(key), enrolmentId: { S: enrolmentId }, ttl };
      await client.send(new PutItemCommand({ TableName: table, Item }));
    },
    markAsked: async (input, seconds) => {
      const Key = enrolmentKey(input.enrolmentId);
      const change = { ...askedChange(input, seconds), ReturnValues: 'ALL_NEW' as const };
      try {
        const command = new UpdateItemCommand({ TableName: table, Key, ...change });
        const { Attributes } = await client.send(command);
        return Attributes && entryOf(Attributes);
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
        const item = await read(Key);
        return item && entryOf(item);
      }
    },
    unmarkAsked: async (input) => {
      await update(input, unaskedChange(input));
    },
    recordRequest: async (input, certificateArn) => {
      await update(input, requestChange(input, certificateArn));
    },
    withhold: async (input, code) => {
      if (!(await update(input, withholdChange(input, code)))) return undefined;
      const item = await read(enrolmentKey(input.enrolmentId));
      const state = item && entryOf(item).state;
      return state?.status === 'granted' ? state.withheldFor : undefined;
    },
    settle: async (input, state) => {
      await update(input, settleChange(input, state, nowSeconds()));
    },
    unsettled: async (seconds, limit) => {
      const { Items = [] } = await client.send(unsettledQuery(table, connectorId, seconds, limit));
      return Items.map(unsettledOf);
    },
    lookAgain: async (input, atSeconds) => {
      await update(input, lookChange(input, atSeconds));
    },
    beginRun: (input, lookAtSeconds) => update(input, runChange(input, lookAtSeconds)),
  };
}

const unsettledQuery = (
  TableName: string,
  connectorId: string,
  nowSeconds: number,
  Limit: number,
): QueryCommand =>
  new QueryCommand({
    TableName,
    IndexName: unsettledIndex,
    KeyConditionExpression: 'unsettledOf = :connector AND lookAt <= :now',
    ExpressionAttributeValues: { ':connector': { S: connectorId }, ':now': number(nowSeconds) },
    Limit,
  });

const unsettledOf = ({ enrolmentId, generation, run }: Item): Unsettled => ({
  enrolmentId: enrolmentId?.S ?? '',
  generation: Number(generation?.N),
  run: Number(run?.N ?? 1),
});
