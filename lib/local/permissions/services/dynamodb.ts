/**
 * The permissions that a DynamoDB request needs. A transaction is authorised by its parts, and a
 * batch of reads as a whole.
 */
import { AwsError, type Json } from '../../emulators/aws-service.ts';
import { formatArn } from '../../template/resource-names.ts';
import type { AccessRequest, RequestContext } from '../access-request.ts';
import { findNamedAttributes, resolveName } from './dynamodb-names.ts';

/** The partition key of a table. */
export interface TableKeys {
  readonly partitionKey: string;
}

/** The tables by name. */
export type Tables = Readonly<Record<string, TableKeys>>;

type Needs = (operation: string, input: Json, tables: Tables) => AccessRequest[];

const readTableName = (input: Json): string =>
  String(input.TableName).replace(/^arn:.*:table\//, '');
const formatTableArn = (name: string): string => formatArn('dynamodb', `table/${name}`);

const createRequest = (
  operation: string,
  input: Json,
  tables: Tables,
  more: RequestContext = {},
): AccessRequest => {
  const name = readTableName(input);
  const leadingKeys = findLeadingKeys(input, tables[name]);
  return {
    action: `dynamodb:${operation}`,
    resource:
      formatTableArn(name) + (input.IndexName === undefined ? '' : `/index/${input.IndexName}`),
    context: {
      'dynamodb:Attributes': findNamedAttributes(input),
      ...(leadingKeys && { 'dynamodb:LeadingKeys': leadingKeys }),
      ...(typeof input.ReturnValues === 'string' && {
        'dynamodb:ReturnValues': [input.ReturnValues],
      }),
      ...more,
    },
  };
};

/** A read that names no attributes requests all of them: `ALL_ATTRIBUTES`. */
const read: Needs = (operation, input, tables) => [
  createRequest(operation, input, tables, { 'dynamodb:Select': [readSelect(input)] }),
];

const readSelect = ({ Select, ProjectionExpression, AttributesToGet, IndexName }: Json): string => {
  if (typeof Select === 'string') return Select;
  if (ProjectionExpression !== undefined || AttributesToGet !== undefined)
    return 'SPECIFIC_ATTRIBUTES';
  return IndexName === undefined ? 'ALL_ATTRIBUTES' : 'ALL_PROJECTED_ATTRIBUTES';
};

const write: Needs = (operation, input, tables) => [createRequest(operation, input, tables)];

const batchRead: Needs = (operation, input, tables) =>
  Object.entries((input.RequestItems ?? {}) as Readonly<Record<string, Json>>).flatMap(
    ([TableName, batch]) => read(operation, { ...batch, TableName }, tables),
  );

const batchWrite: Needs = (operation, input, tables) =>
  Object.entries((input.RequestItems ?? {}) as Readonly<Record<string, readonly Json[]>>).flatMap(
    ([TableName, parts]) =>
      parts
        .flatMap((part) => Object.values(part) as Json[])
        .map((part) => createRequest(operation, { ...part, TableName }, tables)),
  );

const partActions: Readonly<Record<string, string>> = {
  ConditionCheck: 'ConditionCheckItem',
  Delete: 'DeleteItem',
  Get: 'GetItem',
  Put: 'PutItem',
  Update: 'UpdateItem',
};

/**
 * IAM has no action TransactWriteItems. Each part needs its own action, with the enclosing
 * operation as a key.
 */
const transaction: Needs = (operation, input, tables) =>
  ((input.TransactItems ?? []) as readonly Json[])
    .flatMap((item) => Object.entries(item) as [string, Json][])
    .map(([kind, part]) =>
      createRequest(partActions[kind] ?? kind, part, tables, {
        'dynamodb:EnclosingOperation': [operation],
        ...(kind === 'Get' && { 'dynamodb:Select': [readSelect(part)] }),
      }),
    );

const needs: Readonly<Record<string, Needs>> = {
  BatchGetItem: batchRead,
  BatchWriteItem: batchWrite,
  DeleteItem: write,
  DescribeTable: write,
  GetItem: read,
  PutItem: write,
  Query: read,
  Scan: read,
  TransactGetItems: transaction,
  TransactWriteItems: transaction,
  UpdateItem: write,
};

/** The permissions that an operation needs; refuses one that is not modelled. */
export const listDynamoDbNeeds = (
  operation: string,
  input: Json,
  tables: Tables,
): AccessRequest[] => {
  const find = Object.hasOwn(needs, operation) ? needs[operation] : undefined;
  if (find) return find(operation, input, tables);
  throw new AwsError('UnknownOperationException', `permissions of ${operation} are not modelled`);
};

/**
 * Partition keys of the table as text; undefined if the request names none, such as a Scan or a
 * query of an index.
 */
const findLeadingKeys = (input: Json, table: TableKeys | undefined): string[] | undefined => {
  const key = table?.partitionKey;
  if (key === undefined || input.IndexName !== undefined) return undefined;
  const items = [input.Key, input.Item, ...((input.Keys ?? []) as readonly unknown[])];
  const values = items
    .map((item) => (item as Readonly<Record<string, unknown>> | undefined)?.[key])
    .concat(findQueriedKey(input, key))
    .filter((value) => value !== undefined);
  return values.length > 0 ? values.map(toText) : undefined;
};

const findQueriedKey = (input: Json, key: string): unknown => {
  if (typeof input.KeyConditionExpression !== 'string') return undefined;
  const values = input.ExpressionAttributeValues as Readonly<Record<string, unknown>> | undefined;
  const equalities = [...input.KeyConditionExpression.matchAll(/(#?\w+)\s*=\s*(:\w+)/g)];
  const own = equalities.find(([, name = '']) => resolveName(name, input) === key);
  return values?.[own?.[2] ?? ''];
};

/** An attribute value is an object whose only member is its type. */
const toText = (value: unknown): string => String(Object.values(value as object)[0]);
