/** The parts of a table that cannot be changed here after its creation. */
import type { CreateTableCommandInput, TableDescription } from '@aws-sdk/client-dynamodb';
import { otherVersionMessage } from '../../state-directory.ts';

/**
 * Refuses an existing table with other keys or indexes than the app's. dynalite accepts an
 * UpdateTable that adds an index, but adds no index.
 */
export const refuseOtherSchema = (
  wanted: CreateTableCommandInput,
  found: TableDescription,
): void => {
  if (schemaOf(wanted) === schemaOf(found)) return;
  throw new Error(otherVersionMessage);
};

/** The schema as text, independent of the order of unordered lists. */
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
