/** The admin function. Its HTTP API requires IAM authorisation. */
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { answerAdmin } from '../admin/api/answer.ts';
import { isConnectorTagsKey } from '../admin/tags.ts';
import { createDynamoTags } from '../aws/dynamo-tags.ts';
import { requireSetting } from '../config/configuration.ts';
import { challenges, createAdministrationOf, dynamo, readAdminKeys } from './administration.ts';
import { listConnectors } from './connector-directory.ts';
import { withLog } from './logged.ts';
import { getRandomOctets, systemClock } from './system.ts';

const { nowSeconds } = systemClock;
const tags = createDynamoTags(dynamo, requireSetting('challengesTable'), isConnectorTagsKey);

export const handler = withLog(
  (_: APIGatewayProxyEventV2, { awsRequestId }) => ({ event: 'admin', requestId: awsRequestId }),
  (event, log) =>
    answerAdmin(event, {
      openOperations: async () => {
        const connectors = await listConnectors();
        return {
          administration: createAdministrationOf(connectors, log),
          tagging: { tags, challenges, nowSeconds },
          connectors,
          keysOf: readAdminKeys,
          nowSeconds,
          random: getRandomOctets,
        };
      },
      log,
    }),
);
