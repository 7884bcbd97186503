/**
 * The journal of revocations in DynamoDB: one item per request, in the index of what is due while
 * it is open.
 */

import { createHash } from 'node:crypto';
import {
  type DynamoDBClient,
  GetItemCommand,
  QueryCommand,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import type {
  PendingRevocation,
  RevocationInbox,
  RevocationRequest,
  RevocationResult,
} from '../ports/revocations.ts';
import { allowFailedCondition } from './allow-failed-condition.ts';
import { computeTtl, toNumberAttribute, writeOptional } from './attributes.ts';
import { keptDays } from './enrolment-item.ts';
import { dueIndex, type Item, toRevocationsPartition } from './enrolment-keys.ts';
import { readStoredItem } from './stored-item.ts';

type Change = Omit<UpdateItemCommandInput, 'TableName' | 'Key'>;

/**
 * The port on a table whose key is `id`, for one connector. A request that is answered stays for 30
 * days, for questions later.
 */
export function createDynamoRevocationInbox(
  client: DynamoDBClient,
  TableName: string,
  connectorId: string,
  nowSeconds: () => number,
): RevocationInbox {
  // Opaque and of any length, so it is hashed to fit into a key.
  const keyOf = (requestContext: string) => {
    const digest = createHash('sha256').update(requestContext).digest('hex');
    return { id: { S: `${connectorId}#revocation#${digest}` } };
  };
  const update = async (requestContext: string, change: Change): Promise<void> => {
    const Key = keyOf(requestContext);
    await allowFailedCondition(client.send(new UpdateItemCommand({ TableName, Key, ...change })));
  };
  /** The index lags and holds keys alone, so the item itself is read. */
  const read = async ({ id = { S: '' } }: Item): Promise<PendingRevocation | undefined> => {
    const command = new GetItemCommand({ TableName, Key: { id }, ConsistentRead: true });
    const { Item } = await client.send(command);
    return Item?.duePartition ? pendingOf(Item) : undefined;
  };
  return {
    open: (request) =>
      update(
        request.requestContext,
        openChange(request, toRevocationsPartition(connectorId), nowSeconds()),
      ),
    pending: async (limit) => {
      const command = openQuery(TableName, toRevocationsPartition(connectorId), limit);
      const { Items = [] } = await client.send(command);
      const found: PendingRevocation[] = [];
      for (const item of Items) {
        const one = await read(item);
        if (one) found.push(one);
      }
      return found;
    },
    record: (result) => update(result.requestContext, recordChange(result)),
    close: (requestContext) => update(requestContext, closeChange(nowSeconds())),
  };
}

const openQuery = (TableName: string, partition: string, Limit: number): QueryCommand =>
  new QueryCommand({
    TableName,
    IndexName: dueIndex,
    KeyConditionExpression: 'duePartition = :open',
    ExpressionAttributeValues: { ':open': { S: partition } },
    Limit,
  });

/** An open request keeps its place in the queue, and one that comes again keeps its result. */
const openChange = (request: RevocationRequest, partition: string, seconds: number): Change => {
  const values: Item = {
    requestContext: { S: request.requestContext },
    serialNumber: { S: request.serialNumber },
    ...writeOptional('issuerName', request.issuerName, (S) => ({ S })),
    ...writeOptional('caConfiguration', request.caConfiguration, (S) => ({ S })),
    duePartition: { S: partition },
  };
  const names = Object.keys(values);
  return {
    UpdateExpression: `SET ${names.map((name) => `${name} = :${name}`).join(', ')}, dueAt = if_not_exists(dueAt, :now) REMOVE #ttl`,
    ExpressionAttributeNames: { '#ttl': 'ttl' },
    ExpressionAttributeValues: {
      ...Object.fromEntries(names.map((name) => [`:${name}`, values[name] ?? { NULL: true }])),
      ':now': toNumberAttribute(seconds),
    },
  };
};

const recordChange = (result: RevocationResult): Change => ({
  UpdateExpression: 'SET outcome = :outcome',
  ConditionExpression: 'attribute_exists(id) AND attribute_not_exists(outcome)',
  ExpressionAttributeValues: { ':outcome': { S: result.succeeded ? 'succeeded' : result.error } },
});

const closeChange = (seconds: number): Change => ({
  UpdateExpression: 'SET #ttl = :ttl REMOVE duePartition, dueAt',
  ConditionExpression: 'attribute_exists(id)',
  ExpressionAttributeNames: { '#ttl': 'ttl' },
  ExpressionAttributeValues: { ':ttl': computeTtl(seconds, keptDays) },
});

/** Throws `RevocationItemUnreadable`, naming the item, for anything that we did not write. */
function pendingOf(item: Item): PendingRevocation {
  const stored = readStoredItem(item, 'RevocationItemUnreadable');
  const requestContext = stored.text('requestContext');
  return {
    request: {
      requestContext,
      serialNumber: stored.text('serialNumber'),
      ...writeOptional('issuerName', stored.optionalText('issuerName'), String),
      ...writeOptional('caConfiguration', stored.optionalText('caConfiguration'), String),
    },
    ...writeOptional('result', stored.optionalText('outcome'), (outcome) =>
      resultOf(requestContext, outcome, stored.unreadable),
    ),
  };
}

function resultOf(
  requestContext: string,
  outcome: string,
  unreadable: () => Error,
): RevocationResult {
  if (outcome === 'succeeded') return { requestContext, succeeded: true };
  if (outcome !== 'certificateNotFound' && outcome !== 'notSupported') throw unreadable();
  return { requestContext, succeeded: false, error: outcome };
}
