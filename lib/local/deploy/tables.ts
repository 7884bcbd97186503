/** DynamoDB tables. */
import type { CreateTableCommandInput, GlobalSecondaryIndex } from '@aws-sdk/client-dynamodb';
import type { Resource } from '../template/resources.ts';
import { NotModelledError } from '../template/template.ts';
import type { Deployment } from './deployment.ts';

/**
 * Creates the missing tables. Refuses one that an earlier version of the app created with other
 * keys or indexes.
 */
export const deployTables = async ({ dynamoDb, resources }: Deployment): Promise<void> => {
  for (const resource of resources.ofType('AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable')) {
    const { AttributeDefinitions, KeySchema } =
      resource.properties as unknown as CreateTableCommandInput;
    await dynamoDb.ensureTable({
      TableName: resource.physicalName,
      AttributeDefinitions,
      KeySchema,
      // The template's capacity mode is ignored, because nothing is throttled here that would
      // differ between the modes.
      BillingMode: 'PAY_PER_REQUEST',
      ...readIndexes(resource),
    });
  }
};

const knownIndexProperties = new Set(['IndexName', 'KeySchema', 'Projection']);

const readIndexes = ({
  properties,
  where,
}: Resource): Pick<CreateTableCommandInput, 'GlobalSecondaryIndexes'> => {
  const indexes = (properties.GlobalSecondaryIndexes ?? []) as GlobalSecondaryIndex[];
  const unknown = indexes.flatMap(Object.keys).find((name) => !knownIndexProperties.has(name));
  if (unknown) throw new NotModelledError(`${where}: an index's ${unknown}`);
  // DynamoDB refuses an empty list.
  return indexes.length > 0 ? { GlobalSecondaryIndexes: indexes } : {};
};
