/** The journal of revocations in DynamoDB: an item a request, in the index of what is not done while it is open. */
import { createHash } from 'node:crypto';
import {
  type DynamoDBClient,
  GetItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type {
  PendingRevocation,
  RevocationJournal,
  RevocationRequest,
  RevocationResult,
} from '../ports.ts';
import { number, optional, ttlAfter } from './attributes.ts';
import { type Change, keptDays } from './ledger-changes.ts';
import type { Item } from './ledger-item.ts';
import { unlessConditionFails } from './unless-condition-fails.ts';
import { revocationsOf, unsettledIndex } from './unsettled-index.ts';

/** The port on a table whose key is `id`, for one connector. A request that is answered stays for 30 days, for who asks why. */
export function dynamoRevocationJournal(
  client: DynamoDBClient,
  TableName: string,
  connectorId: string,
  nowSeconds: () => number,
): RevocationJournal {
  // Opaque, and of any length: hashed, so that it fits into a key.
  const keyOf = (requestContext: string) => {
    const digest = createHash('sha256').update(requestContext).digest('hex');
    return { id: { S: `${connectorId}#revocation#${digest}` } };
  };
  const update = async (requestContext: string, change: Change): Promise<void> => {
    const Key = keyOf(requestContext);
    await unlessConditionFails(client.send(new UpdateItemCommand({ TableName, Key, ...change })));
  };
  /** The index lags, and holds keys alone: what counts is the item. */
  const read = async ({ id = { S: '' } }: Item): Promise<PendingRevocation | undefined> => {
    const command = new GetItemCommand({ TableName, Key: { id }, ConsistentRead: true });
    const { Item } = await client.send(command);
    return Item?.unsettledOf ? pendingOf(Item) : undefined;
  };
  return {
    open: (request) =>
      update(request.requestContext, openChange(request, revocationsOf(connectorId), nowSeconds())),
    pending: async (limit) => {
      const command = openQuery(TableName, revocationsOf(connectorId), limit);
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
    IndexName: unsettledIndex,
    KeyConditionExpression: 'unsettledOf = :open',
    ExpressionAttributeValues: { ':open': { S: partition } },
    Limit,
  });

/** One that is open keeps its place in the queue, and one that comes again its result. */
const openChange = (request: RevocationRequest, partition: string, seconds: number): Change => {
  const values: Item = {
    requestContext: { S: request.requestContext },
    serialNumber: { S: request.serialNumber },
    ...optional('issuerName', request.issuerName, (S) => ({ S })),
    ...optional('caConfiguration', request.caConfiguration, (S) => ({ S })),
    unsettledOf: { S: partition },
  };
  const names = Object.keys(values);
  return {
    UpdateExpression: `SET ${names.map((name) => `${name} = :${name}`).join(', ')}, lookAt = if_not_exists(lookAt, :now) REMOVE #ttl`,
    ExpressionAttributeNames: { '#ttl': 'ttl' },
    ExpressionAttributeValues: {
      ...Object.fromEntries(names.map((name) => [`:${name}`, values[name] ?? { NULL: true }])),
      ':now': number(seconds),
    },
  };
};

const recordChange = (result: RevocationResult): Change => ({
  UpdateExpression: 'SET answer = :answer',
  ConditionExpression: 'attribute_exists(id) AND attribute_not_exists(answer)',
  ExpressionAttributeValues: { ':answer': { S: result.succeeded ? 'succeeded' : result.error } },
});

const closeChange = (seconds: number): Change => ({
  UpdateExpression: 'SET #ttl = :ttl REMOVE unsettledOf, lookAt',
  ConditionExpression: 'attribute_exists(id)',
  ExpressionAttributeNames: { '#ttl': 'ttl' },
  ExpressionAttributeValues: { ':ttl': ttlAfter(seconds, keptDays) },
});

function pendingOf(item: Item): PendingRevocation {
  const requestContext = item.requestContext?.S ?? '';
  return {
    request: {
      requestContext,
      serialNumber: item.serialNumber?.S ?? '',
      ...optional('issuerName', item.issuerName?.S, String),
      ...optional('caConfiguration', item.caConfiguration?.S, String),
    },
    ...optional('result', item.answer?.S, (answer) => resultOf(requestContext, answer)),
  };
}

/** An answer that is none of ours is not to be guessed about: an error, so an outage. */
function resultOf(requestContext: string, answer: string): RevocationResult {
  if (answer === 'succeeded') return { requestContext, succeeded: true };
  if (answer !== 'certificateNotFound' && answer !== 'notSupported')
    throw new Error('RevocationItemUnreadable');
  return { requestContext, succeeded: false, error: answer };
}
