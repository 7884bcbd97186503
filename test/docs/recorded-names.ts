/**
 * Records the names that DynamoDB calls use: attributes, the forms of keys, and indexes by table.
 */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';

/** The names of one table. */
interface TableNames {
  readonly attributes: readonly string[];
  readonly keys: readonly string[];
}

/** A record of all tables; `indexes` has the partitions of each `<table>.<index>`. */
interface RecordedNames {
  readonly tables: Readonly<Record<string, TableNames>>;
  readonly indexes: Readonly<Record<string, readonly string[]>>;
}

type Value = Readonly<Record<string, unknown>>;

/** A part of a call that concerns one table. */
interface Part {
  readonly TableName?: string;
  readonly IndexName?: string;
  readonly Item?: Value;
  readonly Key?: Value;
  readonly Keys?: readonly Value[];
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>>;
  readonly [expression: string]: unknown;
}

/** Wraps a client; `names()` returns what its calls have used so far, sorted. */
export function recordNames(client: DynamoDBClient) {
  const attributes = new Map<string, Set<string>>();
  const keys = new Map<string, Set<string>>();
  const partitions = new Map<string, Set<string>>();
  const add = (to: Map<string, Set<string>>, table: string, name: string): void => {
    to.set(table, (to.get(table) ?? new Set()).add(name));
  };
  const addPart = (part: Part): void => {
    const { TableName: table = '', IndexName, Item = {}, Key = {}, Keys = [] } = part;
    for (const item of [Item, Key, ...Keys]) {
      for (const name of Object.keys(item)) add(attributes, table, name);
      if (Object.keys(item).length > 0) add(keys, table, keyFormOf(item));
    }
    for (const name of namesInExpressions(part)) add(attributes, table, name);
    if (IndexName) add(partitions, `${table}.${IndexName}`, partitionOf(part));
  };
  const send = async (command: { readonly input: object }): Promise<unknown> => {
    for (const part of partsOf(command.input as Part)) addPart(part);
    return await (client.send as (one: object) => Promise<unknown>)(command);
  };
  const sorted = (set: Set<string> = new Set()) => [...set].toSorted();
  const names = (): RecordedNames => ({
    tables: Object.fromEntries(
      [...attributes.keys()]
        .toSorted()
        .map((table) => [
          table,
          { attributes: sorted(attributes.get(table)), keys: sorted(keys.get(table)) },
        ]),
    ),
    indexes: Object.fromEntries(
      [...partitions.keys()].toSorted().map((index) => [index, sorted(partitions.get(index))]),
    ),
  });
  return { client: { send } as unknown as DynamoDBClient, names };
}

/** The parts of a call: one, or one for each item of a transaction or table of a batch. */
function partsOf(input: Part): readonly Part[] {
  const { TransactItems, RequestItems } = input as {
    readonly TransactItems?: readonly Readonly<Record<string, Part>>[];
    readonly RequestItems?: Readonly<Record<string, Part>>;
  };
  if (TransactItems) return TransactItems.flatMap((item) => Object.values(item));
  if (RequestItems)
    return Object.entries(RequestItems).map(([TableName, part]) => ({ ...part, TableName }));
  return [input];
}

const words = new Set(['SET', 'REMOVE', 'ADD', 'DELETE', 'AND', 'OR', 'NOT', 'BETWEEN', 'IN']);

/** The attributes in a part's expressions; of a path, its first name. */
function namesInExpressions(part: Part): readonly string[] {
  const { ExpressionAttributeNames: aliases = {} } = part;
  return Object.entries(part)
    .filter(([name, value]) => name.endsWith('Expression') && typeof value === 'string')
    .flatMap(([, text]) => [
      ...String(text).matchAll(/(?<![\w#:.])(#?[A-Za-z]\w*)(?!\w*\s*\()(?=[\s,)=.<>+-]|$)/g),
    ])
    .map(([, name = '']) => aliases[name] ?? name)
    .filter((name) => !words.has(name));
}

/** The form of a primary key: `id`, or `connectorDay` and `endedAt`. */
const keyFormOf = ({ id, connectorDay, endedAt }: Value): string =>
  (id ? [id] : [connectorDay, endedAt]).map((value) => formOf(textIn(value))).join(', ');

/** The form of the partition that a query names: the first value of its condition. */
function partitionOf({ KeyConditionExpression, ExpressionAttributeValues = {} }: Part): string {
  const [, placeholder = ''] = /= (:\w+)/.exec(String(KeyConditionExpression)) ?? [];
  return formOf(textIn((ExpressionAttributeValues as Value)[placeholder]));
}

const textIn = (value: unknown): string => (value as { readonly S?: string } | undefined)?.S ?? '';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Replaces what varies in a key: `test#enrolment#0a…` becomes `<connector>#enrolment#<hex>`. */
const formOf = (key: string): string =>
  key
    .split('#')
    .map((segment) => {
      if (segment === 'test') return '<connector>';
      if (uuid.test(segment)) return '<uuid>';
      if (/^\d{4}-\d\d-\d\d$/.test(segment)) return '<day>';
      if (/^[0-9a-f]{16,}$/.test(segment)) return '<hex>';
      return segment.replace(/\d+/g, '<number>').replace(/^sample .*/, '<text>');
    })
    .join('#');
