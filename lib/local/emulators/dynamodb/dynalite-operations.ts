/**
 * Runs dynalite's operations without its HTTP server, which throws when a client disconnects in the
 * middle of a request.
 */
import { createRequire } from 'node:module';
import type { Store } from 'dynalite/db/index.js';
import validations, { type Check, type Types } from 'dynalite/validations/index.js';
import type { Json } from '../aws-service.ts';

const names = [
  'BatchGetItem',
  'BatchWriteItem',
  'CreateTable',
  'DeleteItem',
  'DeleteTable',
  'DescribeTable',
  'DescribeTimeToLive',
  'GetItem',
  'ListTables',
  'ListTagsOfResource',
  'PutItem',
  'Query',
  'Scan',
  'TagResource',
  'UntagResource',
  'UpdateItem',
  'UpdateTable',
] as const;

/** An operation of dynalite. */
export type DynaliteOperation = (typeof names)[number];

type Action = (
  store: Store,
  input: Json,
  done: (error: Error | null | undefined, output?: Json) => void,
) => void;

interface Parts {
  readonly action: Action;
  readonly types: Types;
  readonly custom?: Check;
}

const require = createRequire(import.meta.url);

const load = (name: DynaliteOperation): Parts => {
  const file = `${name[0]?.toLowerCase()}${name.slice(1)}.js`;
  const { types, custom } = require(`dynalite/validations/${file}`);
  return { action: require(`dynalite/actions/${file}`), types, custom };
};

const operations = Object.fromEntries(names.map((name) => [name, load(name)])) as Readonly<
  Record<DynaliteOperation, Parts>
>;

/** The names of all operations. */
export const dynaliteOperations: readonly DynaliteOperation[] = names;

/** The members of an operation's request, for an operation that embeds them. */
export const requestTypes = (name: DynaliteOperation): Types => operations[name].types;

/**
 * Checks the rules beyond types and lengths, and parses the expressions into `input`. Throws a
 * refusal.
 */
export const checkRequest = (
  store: Store,
  name: DynaliteOperation,
  input: Record<string, unknown>,
): void => {
  validations.checkValidations(input, {}, operations[name].custom, store);
};

/**
 * Checks a request; returns its known members with parsed expressions. Throws a refusal; changes
 * `input`.
 */
export const readRequest = (store: Store, name: DynaliteOperation, input: Json): Json => {
  const { types, custom } = operations[name];
  const request = validations.checkTypes(input as Record<string, unknown>, types);
  validations.checkValidations(request, types, custom, store);
  return request;
};

/** Runs an operation on a checked request. Rejects with a refusal or with a fault of the store. */
export const runAction = (store: Store, name: DynaliteOperation, request: Json): Promise<Json> =>
  new Promise((resolve, reject) => {
    operations[name].action(store, request, (error, output) => {
      if (error) reject(error);
      else resolve(output ?? {});
    });
  });
