/** TransactGetItems: reads all items at one moment. */
import validations from 'dynalite/validations/index.js';
import type { Json } from '../aws-service.ts';
import { buildReasonsAt, cancelFor, conflict } from './cancellation.ts';
import { checkRequest, requestTypes, runAction } from './dynalite-operations.ts';
import type { TransactionContext } from './transact-write-items.ts';
import { locateItems, lockItems } from './transaction-items.ts';
import { transactItemsLimits } from './transaction-request.ts';

const { TableName, Key, ProjectionExpression, ExpressionAttributeNames, ReturnConsumedCapacity } =
  requestTypes('GetItem');

const types = {
  ReturnConsumedCapacity,
  TransactItems: {
    type: 'List',
    ...transactItemsLimits,
    children: {
      type: 'ValueStruct<TransactGetItem>',
      children: {
        Get: {
          type: 'FieldStruct<Get>',
          notNull: true,
          children: { TableName, Key, ProjectionExpression, ExpressionAttributeNames },
        },
      },
    },
  },
};

/** Rejects as TransactWriteItems does. A missing item is an empty response. */
export const transactGetItems = async (
  { store, isolation }: TransactionContext,
  input: Json,
): Promise<Json> => {
  const request = validations.checkTypes(input as Record<string, unknown>, types);
  validations.checkValidations(request, types, undefined, store);
  const gets = (request.TransactItems as readonly { readonly Get: Json }[]).map(({ Get }) => Get);
  for (const get of gets) checkRequest(store, 'GetItem', get as Record<string, unknown>);
  const parts = gets.map((get) => ({ table: String(get.TableName), request: get }));
  const items = await locateItems(store, parts);
  const ids = items.map(({ id }) => id);
  cancelFor(buildReasonsAt(isolation.findConflicts(ids), ids.length, conflict));
  const unlock = await lockItems(store, items);
  try {
    const found = await Promise.all(gets.map((get) => runAction(store, 'GetItem', get)));
    return { Responses: found.map(({ Item }) => (Item === undefined ? {} : { Item })) };
  } finally {
    unlock();
  }
};
