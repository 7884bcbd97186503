/** What the scep function is compared with: its three AWS clients, constructed, and a handler that does nothing. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SFNClient } from '@aws-sdk/client-sfn';
import { clientDefaults } from '../../lambda/aws/client-defaults.ts';

const clients = [
  new DynamoDBClient(clientDefaults),
  new SecretsManagerClient(clientDefaults),
  new SFNClient(clientDefaults),
];

export const handler = async () => ({ statusCode: 200, body: `${clients.length} clients` });
