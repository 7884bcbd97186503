/** A DynamoDB that takes every write and knows one item: a challenge. A cold start meets no other. */
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { environment } from '../../lambda/environment.ts';
import type { AwsService } from '../../lib/local/emulators/aws-service.ts';
import { functionEnvironment } from '../deployed-bundles.ts';

/** The service with this item of the table of challenges, as JSON on the wire. */
export const cannedDynamoDb = (challenge: Record<string, AttributeValue>): AwsService => ({
  name: 'DynamoDB',
  targetPrefix: 'DynamoDB_20120810',
  operations: {
    GetItem: () => ({}),
    PutItem: () => ({}),
    TransactWriteItems: () => ({}),
    BatchGetItem: () => ({
      Responses: {
        [functionEnvironment[environment.challengesTable] ?? '']: [wireForm(challenge)],
      },
      UnprocessedKeys: {},
    }),
  },
});

/** Octets travel as base64. */
const wireForm = (item: Record<string, AttributeValue>): unknown =>
  Object.fromEntries(
    Object.entries(item).map(([name, value]) => [
      name,
      value.B === undefined ? value : { B: Buffer.from(value.B).toString('base64') },
    ]),
  );
