/**
 * The finder. It runs every five minutes for the whole service, and searches CloudTrail while the
 * CA's answer to an attempt is lost.
 */
import { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { clientDefaults } from '../aws/client-defaults.ts';
import { createCloudTrailIssuanceLog } from '../aws/cloudtrail-issuance-log.ts';
import { createDynamoLostAttempts } from '../aws/dynamo-lost-attempts.ts';
import { requireSetting } from '../config/configuration.ts';
import { describeForLog } from '../core/errors.ts';
import { findLost } from '../issuance/find-lost.ts';
import { boundToInvocation } from './invocation.ts';
import { withLog } from './logged.ts';
import { systemClock } from './system.ts';

/**
 * The function has five minutes (lib/cloud/handler-limits.ts). The rest is for the last page and
 * its reports.
 */
const runMilliseconds = 240_000;

const dynamo = boundToInvocation('dynamodb', new DynamoDBClient(clientDefaults));
// An account may call LookupEvents twice a second, so the client slows down instead of failing.
const cloudTrail = boundToInvocation(
  'cloudtrail',
  new CloudTrailClient({ ...clientDefaults, maxAttempts: 8, retryMode: 'adaptive' }),
);

const context = {
  issuanceLog: createCloudTrailIssuanceLog(cloudTrail, systemClock.sleep),
  clock: systemClock,
};

export const handler = withLog(
  () => ({ event: 'find-lost' }),
  async (_: unknown, log) => {
    const endsAtMilliseconds = systemClock.nowMilliseconds() + runMilliseconds;
    const lost = createDynamoLostAttempts(
      dynamo,
      requireSetting('enrolmentsTable'),
      systemClock.nowSeconds,
      (error) => log({ outcome: 'unreadable', ...describeForLog(error) }),
    );
    log({ outcome: 'done', ...(await findLost({ ...context, lost, endsAtMilliseconds })) });
  },
);
