/** The admin function: behind an HTTP API with IAM authorisation. */
import middy from '@middy/core';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { answerAdmin } from '../admin/answer.ts';
import { isConnectorTagsKey } from '../admin/tags.ts';
import { dynamoTags } from '../aws/dynamo-tags.ts';
import { administration, challenges, connectors, dynamo, keysOf } from './administration.ts';
import { setting } from './configuration.ts';
import { beginInvocation } from './invocation.ts';
import { logLine } from './log-line.ts';
import { systemClock, systemRandom } from './system.ts';

const { nowSeconds } = systemClock;
const tags = dynamoTags(dynamo, setting('challengesTable'), isConnectorTagsKey);

export const handler = middy<APIGatewayProxyEventV2>().handler((event, context) => {
  beginInvocation(context);
  const log = (fields: Readonly<Record<string, unknown>>): void =>
    logLine({ event: 'admin', requestId: context.awsRequestId, ...fields });
  return answerAdmin(event, {
    administration: administration(log),
    tagging: { tags, challenges, nowSeconds },
    connectors,
    keysOf,
    nowSeconds,
    random: systemRandom,
    log,
  });
});
