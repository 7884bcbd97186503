/** DynamoDB tables. */
import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb';
import type { Deployment } from './deployment.ts';

/** Makes the tables that are missing. */
export const deployTables = async ({ dynamoDb, resources }: Deployment): Promise<void> => {
  for (const { physicalName, properties } of resources.ofType(
    'AWS::DynamoDB::Table',
    'AWS::DynamoDB::GlobalTable',
  )) {
    const { AttributeDefinitions, KeySchema } = properties as unknown as CreateTableCommandInput;
    // Whatever the template says of capacity: there is no throttling here to tell the modes apart.
    const BillingMode = 'PAY_PER_REQUEST';
    await dynamoDb.ensureTable({
      TableName: physicalName,
      AttributeDefinitions,
      KeySchema,
      BillingMode,
    });
  }
};
