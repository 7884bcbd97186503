/**
 * The envelope replay guard in DynamoDB: one item per encrypted key, with the envelope that it came
 * with.
 */
import { type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { Envelopes } from '../ports.ts';
import { ttlAfter } from './attributes.ts';
import { unlessConditionFails } from './unless-condition-fails.ts';

/**
 * The port on a table whose key is `id`. `keptDays` has to outlast the RA key that opens the
 * envelopes.
 */
export const dynamoEnvelopes = (
  client: DynamoDBClient,
  table: string,
  {
    connectorId,
    keptDays,
    nowSeconds,
  }: { connectorId: string; keptDays: number; nowSeconds: () => number },
): Pick<Envelopes, 'admit'> => ({
  admit: async ({ encryptedKeySha256, envelopeSha256 }) => {
    const command = new PutItemCommand({
      TableName: table,
      Item: {
        id: { S: `${connectorId}#envelope#${encryptedKeySha256}` },
        envelope: { S: envelopeSha256 },
        ttl: ttlAfter(nowSeconds(), keptDays),
      },
      ConditionExpression: 'attribute_not_exists(id) OR envelope = :envelope',
      ExpressionAttributeValues: { ':envelope': { S: envelopeSha256 } },
    });
    return await unlessConditionFails(client.send(command));
  },
});
