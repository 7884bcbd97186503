/**
 * A DynamoDB that accepts every write and holds one item, a challenge. A cold start reads no other.
 */
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { environment } from '../../lambda/config/environment.ts';
import type { AwsService } from '../../lib/local/emulators/aws-service.ts';
import { functionEnvironment } from '../deployed-bundles.ts';

/** Creates the service with this item of the challenges table, as JSON on the wire. */
export const createCannedDynamoDb = (challenge: Record<string, AttributeValue>): AwsService => ({
  name: 'DynamoDB',
  targetPrefix: 'DynamoDB_20120810',
  operations: {
    GetItem: () => ({}),
    PutItem: () => ({}),
    TransactWriteItems: () => ({}),
    BatchGetItem: () => ({
      Responses: {
        [functionEnvironment[environment.challengesTable] ?? '']: [toWireForm(challenge)],
      },
      UnprocessedKeys: {},
    }),
  },
});

/** The item with its octets as base64. */
const toWireForm = (item: Record<string, AttributeValue>): unknown =>
  Object.fromEntries(
    Object.entries(item).map(([name, value]) => [
      name,
      value.B === undefined ? value : { B: Buffer.from(value.B).toString('base64') },
    ]),
  );
