import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import type { Deployment } from '../../../lib/local/deploy/deployment.ts';
import { deployTables } from '../../../lib/local/deploy/tables.ts';
import { openResources } from '../../../lib/local/template/resources.ts';

const index = {
  IndexName: 'byConnector',
  KeySchema: [{ AttributeName: 'connectorId', KeyType: 'HASH' }],
  Projection: { ProjectionType: 'KEYS_ONLY' },
};
const properties = {
  AttributeDefinitions: [
    { AttributeName: 'id', AttributeType: 'S' },
    { AttributeName: 'at', AttributeType: 'N' },
  ],
  KeySchema: [
    { AttributeName: 'id', KeyType: 'HASH' },
    { AttributeName: 'at', KeyType: 'RANGE' },
  ],
  BillingMode: 'PAY_PER_REQUEST',
};

/** Returns the created tables of a template with one table. */
const deployTable = async (Type: string, Properties: Readonly<Record<string, unknown>>) => {
  const tables: CreateTableCommandInput[] = [];
  await deployTables({
    resources: openResources('Stack', { Resources: { History: { Type, Properties } } }),
    dynamoDb: { ensureTable: async (table: CreateTableCommandInput) => void tables.push(table) },
  } as unknown as Deployment);
  return tables;
};

describe('a table', () => {
  it('has the keys of the template, and no list of indexes if there are none', async () => {
    expect(await deployTable('AWS::DynamoDB::Table', properties)).toEqual([
      { TableName: 'Stack-History', ...properties },
    ]);
  });

  it.each(['AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable'])(
    'has the indexes of the template as %s',
    async (type) => {
      const GlobalSecondaryIndexes = [index];
      expect(await deployTable(type, { ...properties, GlobalSecondaryIndexes })).toEqual([
        { TableName: 'Stack-History', ...properties, GlobalSecondaryIndexes },
      ]);
    },
  );

  it('is refused if a property of an index is not modelled', async () => {
    const GlobalSecondaryIndexes = [{ ...index, ProvisionedThroughput: {} }];
    await expect(
      deployTable('AWS::DynamoDB::Table', { ...properties, GlobalSecondaryIndexes }),
    ).rejects.toThrow("History (AWS::DynamoDB::Table): an index's ProvisionedThroughput");
  });
});
