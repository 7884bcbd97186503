/** The admin function: behind an HTTP API with IAM authorisation. */
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { answerAdmin } from '../admin/answer.ts';
import { isConnectorTagsKey } from '../admin/tags.ts';
import { dynamoTags } from '../aws/dynamo-tags.ts';
import { setting } from '../config/configuration.ts';
import { administration, challenges, connectors, dynamo, keysOf } from './administration.ts';
import { logged } from './logged.ts';
import { systemClock, systemRandom } from './system.ts';

const { nowSeconds } = systemClock;
const tags = dynamoTags(dynamo, setting('challengesTable'), isConnectorTagsKey);

export const handler = logged(
  (_: APIGatewayProxyEventV2, { awsRequestId }) => ({ event: 'admin', requestId: awsRequestId }),
  (event, log) =>
    answerAdmin(event, {
      administration: administration(log),
      tagging: { tags, challenges, nowSeconds },
      connectors,
      keysOf,
      nowSeconds,
      random: systemRandom,
      log,
    }),
);
