/**
 * The inbox of revocation requests in DynamoDB: one item per request. The index of due items lists
 * it while it is open.
 */
import { createHash } from 'node:crypto';
import { type DynamoDBClient, GetItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import type {
  PendingRevocation,
  RevocationInbox,
  RevocationRequest,
  RevocationResult,
} from '../ports/revocations.ts';
import {
  computeTtl,
  type Item,
  toNumberAttribute,
  toOptionalMember,
  toTextAttribute,
} from './attributes.ts';
import { type ItemChange, update, writeOnce } from './conditional-write.ts';
import { dueIndex, toRevocationsPartition } from './enrolment-keys.ts';
import { settledDays } from './settled-row.ts';
import { readStoredItem } from './stored-item.ts';

/**
 * The port on a table whose key is `id`, for one connector. An answered request is kept for
 * `settledDays`, so that an operator can look into it.
 */
export function createDynamoRevocationInbox(
  client: Pick<DynamoDBClient, 'send'>,
  TableName: string,
  connectorId: string,
  nowSeconds: () => number,
): RevocationInbox {
  // `requestContext` is opaque and of any length, so its hash is the key.
  const keyOf = (requestContext: string) => {
    const digest = createHash('sha256').update(requestContext).digest('hex');
    return { id: { S: `${connectorId}#revocation#${digest}` } };
  };
  const change = async (requestContext: string, how: ItemChange): Promise<void> => {
    await writeOnce(client, update({ TableName, Key: keyOf(requestContext), ...how }));
  };
  /** The index lags and holds only keys, so the item itself is read. */
  const read = async ({ id = { S: '' } }: Item): Promise<PendingRevocation | undefined> => {
    const command = new GetItemCommand({ TableName, Key: { id }, ConsistentRead: true });
    const { Item } = await client.send(command);
    return Item?.duePartition ? readPending(Item) : undefined;
  };
  return {
    open: (request) =>
      change(
        request.requestContext,
        buildOpenChange(request, toRevocationsPartition(connectorId), nowSeconds()),
      ),
    pending: async (limit) => {
      const command = buildOpenQuery(TableName, toRevocationsPartition(connectorId), limit);
      const { Items = [] } = await client.send(command);
      const found: PendingRevocation[] = [];
      for (const item of Items) {
        const one = await read(item);
        if (one) found.push(one);
      }
      return found;
    },
    record: (result) => change(result.requestContext, buildRecordChange(result)),
    close: (requestContext) => change(requestContext, buildCloseChange(nowSeconds())),
  };
}

const buildOpenQuery = (TableName: string, partition: string, Limit: number): QueryCommand =>
  new QueryCommand({
    TableName,
    IndexName: dueIndex,
    KeyConditionExpression: 'duePartition = :open',
    ExpressionAttributeValues: { ':open': { S: partition } },
    Limit,
  });

/** An open request keeps its place in the queue. A request that comes again keeps its result. */
const buildOpenChange = (
  request: RevocationRequest,
  partition: string,
  seconds: number,
): ItemChange => {
  const values: Item = {
    requestContext: { S: request.requestContext },
    serialNumber: { S: request.serialNumber },
    ...toOptionalMember('issuerName', request.issuerName, toTextAttribute),
    ...toOptionalMember('caConfiguration', request.caConfiguration, toTextAttribute),
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

const buildRecordChange = (result: RevocationResult): ItemChange => ({
  UpdateExpression: 'SET outcome = :outcome',
  ConditionExpression: 'attribute_exists(id) AND attribute_not_exists(outcome)',
  ExpressionAttributeValues: { ':outcome': { S: result.succeeded ? 'succeeded' : result.error } },
});

const buildCloseChange = (seconds: number): ItemChange => ({
  UpdateExpression: 'SET #ttl = :ttl REMOVE duePartition, dueAt',
  ConditionExpression: 'attribute_exists(id)',
  ExpressionAttributeNames: { '#ttl': 'ttl' },
  ExpressionAttributeValues: { ':ttl': computeTtl(seconds, settledDays) },
});

/** Throws `RevocationItemUnreadable`, naming the item, for an item that we did not write. */
function readPending(item: Item): PendingRevocation {
  const stored = readStoredItem(item, 'RevocationItemUnreadable');
  const requestContext = stored.text('requestContext');
  return {
    request: {
      requestContext,
      serialNumber: stored.text('serialNumber'),
      ...toOptionalMember('issuerName', stored.optionalText('issuerName')),
      ...toOptionalMember('caConfiguration', stored.optionalText('caConfiguration')),
    },
    ...toOptionalMember('result', stored.optionalText('outcome'), (outcome) =>
      readResult(requestContext, outcome, () => stored.unreadable()),
    ),
  };
}

function readResult(
  requestContext: string,
  outcome: string,
  unreadable: () => Error,
): RevocationResult {
  if (outcome === 'succeeded') return { requestContext, succeeded: true };
  if (outcome !== 'certificateNotFound' && outcome !== 'notSupported') throw unreadable();
  return { requestContext, succeeded: false, error: outcome };
}
