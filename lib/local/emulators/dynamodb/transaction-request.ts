/** Reads a TransactWriteItems request into its parts. */
import type { Store } from 'dynalite/db/index.js';
import validations from 'dynalite/validations/index.js';
import type { Json } from '../aws-service.ts';
import { checkRequest, requestTypes } from './dynalite-operations.ts';
import type { WriteOperation } from './plan-write.ts';
import { refuse } from './refusal.ts';
import { returnedOnFailureType } from './returned-on-failure.ts';

/** One operation of a transaction, checked and with parsed expressions. */
export interface TransactionPart {
  /**
   * The plain operation with the same members; a ConditionCheck is a DeleteItem that is not
   * applied.
   */
  readonly operation: WriteOperation;
  readonly isCheckOnly: boolean;
  readonly request: Json;
  readonly table: string;
  /** Whether the reason of a failed condition carries the item. */
  readonly wantsItem: boolean;
}

/** A checked request. */
export interface TransactionRequest {
  readonly parts: readonly TransactionPart[];
  readonly token: string | undefined;
  readonly returnsCapacity: boolean;
}

const operations = {
  ConditionCheck: 'DeleteItem',
  Put: 'PutItem',
  Delete: 'DeleteItem',
  Update: 'UpdateItem',
} as const satisfies Readonly<Record<string, WriteOperation>>;

type Kind = keyof typeof operations;

const common = [
  'TableName',
  'ConditionExpression',
  'ExpressionAttributeNames',
  'ExpressionAttributeValues',
];
// The members that the service model requires in addition to the plain operation's.
const own: Readonly<Record<Kind, Json>> = {
  ConditionCheck: { Key: true, ConditionExpression: { type: 'String', notNull: true } },
  Put: { Item: true },
  Delete: { Key: true },
  Update: { Key: true, UpdateExpression: { type: 'String', notNull: true } },
};

const buildTypes = (kind: Kind): Json => {
  const types = requestTypes(operations[kind]);
  const members = new Set([...common, ...Object.keys(own[kind])]);
  return {
    type: `FieldStruct<${kind}>`,
    children: {
      ...Object.fromEntries([...members].map((name) => [name, types[name]])),
      ...Object.fromEntries(Object.entries(own[kind]).filter(([, type]) => type !== true)),
      ReturnValuesOnConditionCheckFailure: returnedOnFailureType,
    },
  };
};

/** The allowed length of TransactItems. */
export const transactItemsLimits = {
  notNull: true,
  lengthGreaterThanOrEqual: 1,
  lengthLessThanOrEqual: 100,
};

const types = {
  ReturnConsumedCapacity: { type: 'String', enum: ['INDEXES', 'TOTAL', 'NONE'] },
  ReturnItemCollectionMetrics: { type: 'String', enum: ['SIZE', 'NONE'] },
  ClientRequestToken: {
    type: 'String',
    lengthGreaterThanOrEqual: 1,
    lengthLessThanOrEqual: 36,
  },
  TransactItems: {
    type: 'List',
    ...transactItemsLimits,
    children: {
      type: 'ValueStruct<TransactWriteItem>',
      children: Object.fromEntries(
        (Object.keys(operations) as Kind[]).map((kind) => [kind, buildTypes(kind)]),
      ),
    },
  },
};

/**
 * Parses a request. Throws ValidationException or SerializationException, as AWS does before it
 * reads any table.
 */
export const readTransaction = (store: Store, input: Json): TransactionRequest => {
  const request = validations.checkTypes(input as Record<string, unknown>, types);
  validations.checkValidations(request, types, undefined, store);
  const items = request.TransactItems as readonly Readonly<Record<Kind, Json>>[];
  return {
    parts: items.map((item) => readPart(store, item)),
    token: request.ClientRequestToken as string | undefined,
    returnsCapacity: (request.ReturnConsumedCapacity ?? 'NONE') !== 'NONE',
  };
};

const readPart = (store: Store, item: Readonly<Record<Kind, Json>>): TransactionPart => {
  const [kind, ...others] = Object.keys(item) as Kind[];
  if (!kind || others.length > 0) {
    throw refuse(
      'ValidationException',
      'TransactItems can only contain one of Check, Put, Update or Delete',
    );
  }
  const operation = operations[kind];
  const { ReturnValuesOnConditionCheckFailure: returned, ...request } = item[kind];
  checkRequest(store, operation, request);
  return {
    operation,
    isCheckOnly: kind === 'ConditionCheck',
    request,
    table: String(request.TableName),
    wantsItem: returned === 'ALL_OLD',
  };
};
