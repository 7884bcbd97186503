/** The admin function: behind an HTTP API with IAM authorisation. */
import { randomUUID } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import middy from '@middy/core';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { answerAdmin } from '../admin/answer.ts';
import type { AdministeredConnector } from '../admin/connectors.ts';
import { clientDefaults } from '../aws/client-defaults.ts';
import { connectorKeys } from '../aws/connector-keys.ts';
import { dynamoChallenges } from '../aws/dynamo-challenges.ts';
import { setting } from './configuration.ts';
import { logLine } from './log-line.ts';
import { systemClock, systemRandom } from './system.ts';

const secrets = new SecretsManagerClient(clientDefaults);
const connectors = JSON.parse(setting('connectors')) as readonly AdministeredConnector[];
const sources = new Map(
  connectors.map(({ connectorId, connectorKeySecret }) => [
    connectorId,
    connectorKeys(secrets, connectorKeySecret, connectorId),
  ]),
);

const context = {
  connectors,
  keysOf: async ({ connectorId }: AdministeredConnector) => {
    const source = sources.get(connectorId);
    if (source === undefined) throw new Error('ConnectorWithoutKeys');
    return source();
  },
  challenges: dynamoChallenges(new DynamoDBClient(clientDefaults), setting('challengesTable')),
  random: systemRandom,
  makeId: randomUUID,
};

export const handler = middy<APIGatewayProxyEventV2>().handler((event, { awsRequestId }) =>
  answerAdmin(event, {
    ...context,
    nowSeconds: systemClock.nowSeconds(),
    log: (fields) => logLine({ event: 'admin', requestId: awsRequestId, ...fields }),
  }),
);
