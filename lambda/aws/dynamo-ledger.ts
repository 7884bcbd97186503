/** The ledger in DynamoDB: an item an enrolment, and one a transaction that points to it. */
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import { isRefusalCode } from '../errors.ts';
import type { Generation } from '../generation.ts';
import type { EntryState, Ledger, LedgerEntry } from '../ports.ts';
import { number, optional, ttlAfter } from './attributes.ts';

type Item = Record<string, AttributeValue>;

/** How long a settled enrolment or a transaction is found again, in days after its end; an unsettled one has no TTL. */
const keptDays = 30;

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
    recordRequest: async (input, certificateArn) => {
      await update(input, requestChange(input, certificateArn));
    },
    settle: async (input, state) => {
      await update(input, settleChange(input, state, nowSeconds()));
    },
  };
}

async function unlessConditionFails(sent: Promise<unknown>): Promise<boolean> {
  try {
    await sent;
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}

type Change = Pick<
  UpdateItemCommandInput,
  | 'UpdateExpression'
  | 'ConditionExpression'
  | 'ExpressionAttributeNames'
  | 'ExpressionAttributeValues'
>;

/** What is settled stays settled, and an older generation touches nothing. */
const unsettled = '#status = :granted AND generation = :generation';

const requestChange = ({ generation }: Generation, certificateArn: string): Change => ({
  UpdateExpression: 'SET certificateArn = :arn',
  ConditionExpression: unsettled,
  ExpressionAttributeNames: { '#status': 'status' },
  ExpressionAttributeValues: {
    ':granted': { S: 'granted' },
    ':generation': number(generation),
    ':arn': { S: certificateArn },
  },
});

function settleChange({ generation }: Generation, state: EntryState, nowSeconds: number): Change {
  const members = stateMembers(state);
  const end = state.status === 'issued' ? state.notAfterSeconds : nowSeconds;
  const values: Item = { ...members, ttl: ttlAfter(end, keptDays) };
  const names = Object.keys(values);
  return {
    UpdateExpression: `SET ${names.map((name) => `#${name} = :${name}`).join(', ')}`,
    ConditionExpression: unsettled,
    ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
    ExpressionAttributeValues: {
      ...Object.fromEntries(names.map((name) => [`:${name}`, values[name] ?? { NULL: true }])),
      ':granted': { S: 'granted' },
      ':generation': number(generation),
    },
  };
}

function stateMembers(state: EntryState): Item {
  const status = { S: state.status };
  if (state.status === 'refused') return { status, code: { S: state.code } };
  if (state.status === 'granted')
    return { status, ...optional('certificateArn', state.certificateArn, (S) => ({ S })) };
  return {
    status,
    certificateArn: { S: state.certificateArn },
    certificate: { B: state.certificate },
    notBefore: number(state.notBeforeSeconds),
    notAfter: number(state.notAfterSeconds),
    ...optional('revokedAt', state.revokedAtSeconds, number),
  };
}

const itemOf = ({
  connectorId,
  enrolmentId,
  generation,
  sealedGrant,
  state,
}: LedgerEntry): Item => ({
  connectorId: { S: connectorId },
  enrolmentId: { S: enrolmentId },
  generation: number(generation),
  sealedGrant: { B: sealedGrant },
  ...stateMembers(state),
});

const entryOf = (item: Item): LedgerEntry => ({
  connectorId: item.connectorId?.S ?? '',
  enrolmentId: item.enrolmentId?.S ?? '',
  generation: Number(item.generation?.N),
  sealedGrant: item.sealedGrant?.B ?? new Uint8Array(),
  state: stateOf(item),
});

/** An item that says none of the three states is not ours to guess about: an error, so an outage. */
function stateOf(item: Item): EntryState {
  const status = item.status?.S;
  const code = item.code?.S ?? '';
  if (status === 'granted')
    return { status, ...optional('certificateArn', item.certificateArn?.S, String) };
  if (status === 'refused' && isRefusalCode(code)) return { status, code };
  if (status !== 'issued' || !item.certificate?.B) throw new Error('LedgerItemUnreadable');
  return {
    status,
    certificateArn: item.certificateArn?.S ?? '',
    certificate: item.certificate.B,
    notBeforeSeconds: Number(item.notBefore?.N),
    notAfterSeconds: Number(item.notAfter?.N),
    ...optional('revokedAtSeconds', item.revokedAt?.N, Number),
  };
}
