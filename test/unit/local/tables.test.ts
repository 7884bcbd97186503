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

/** The tables that are asked for, of a template with one. */
const tablesOf = async (Type: string, Properties: Readonly<Record<string, unknown>>) => {
  const tables: CreateTableCommandInput[] = [];
  await deployTables({
    resources: openResources('Stack', { Resources: { History: { Type, Properties } } }),
    dynamoDb: { ensureTable: async (table: CreateTableCommandInput) => void tables.push(table) },
  } as unknown as Deployment);
  return tables;
};

describe('a table', () => {
  it('has the keys of the template, and no list of indexes where there are none', async () => {
    expect(await tablesOf('AWS::DynamoDB::Table', properties)).toEqual([
      { TableName: 'Stack-History', ...properties },
    ]);
  });

  it.each(['AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable'])(
    'has the indexes of the template as %s',
    async (type) => {
      const GlobalSecondaryIndexes = [index];
      expect(await tablesOf(type, { ...properties, GlobalSecondaryIndexes })).toEqual([
        { TableName: 'Stack-History', ...properties, GlobalSecondaryIndexes },
      ]);
    },
  );

  it('is refused for what of an index is not modelled', async () => {
    const GlobalSecondaryIndexes = [{ ...index, ProvisionedThroughput: {} }];
    await expect(
      tablesOf('AWS::DynamoDB::Table', { ...properties, GlobalSecondaryIndexes }),
    ).rejects.toThrow("History (AWS::DynamoDB::Table): an index's ProvisionedThroughput");
  });
});
