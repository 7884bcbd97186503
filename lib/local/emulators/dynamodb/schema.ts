/** What of a table can not be changed here once it is made. */
import type { CreateTableCommandInput, TableDescription } from '@aws-sdk/client-dynamodb';
import { otherVersionMessage } from '../../state-directory.ts';

/**
 * Refuses a table that is there with other keys or indexes than the app wants. dynalite takes an
 * UpdateTable that adds an index, answers it, and adds none.
 */
export const refuseOtherSchema = (
  wanted: CreateTableCommandInput,
  found: TableDescription,
): void => {
  if (schemaOf(wanted) === schemaOf(found)) return;
  throw new Error(otherVersionMessage);
};

/** The schema as text, the same whatever order a list without one comes in. */
const schemaOf = (table: CreateTableCommandInput | TableDescription): string => {
  const indexes = (table.GlobalSecondaryIndexes ?? []).map((index) =>
    JSON.stringify([
      index.IndexName,
      keysOf(index),
      index.Projection?.ProjectionType,
      [...(index.Projection?.NonKeyAttributes ?? [])].sort(),
    ]),
  );
  const attributes = (table.AttributeDefinitions ?? []).map(
    ({ AttributeName, AttributeType }) => `${AttributeName} ${AttributeType}`,
  );
  return JSON.stringify([keysOf(table), attributes.sort(), indexes.sort()]);
};

const keysOf = ({ KeySchema = [] }: Pick<TableDescription, 'KeySchema'>): string[] =>
  KeySchema.map(({ AttributeName, KeyType }) => `${AttributeName} ${KeyType}`);
