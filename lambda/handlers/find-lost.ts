/**
 * Runs every five minutes for the whole service: searches CloudTrail while the CA's answer to an
 * attempt is lost.
 */
import { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { clientDefaults } from '../aws/client-defaults.ts';
import { cloudTrailIssuanceLog } from '../aws/cloudtrail-issuance-log.ts';
import { dynamoLostAttempts } from '../aws/dynamo-lost-attempts.ts';
import { setting } from '../config/configuration.ts';
import { describeForLog } from '../core/errors.ts';
import { findLost } from '../issuance/find-lost.ts';
import { bounded } from './invocation.ts';
import { logged } from './logged.ts';
import { systemClock } from './system.ts';

/**
 * The function has five minutes (lib/cloud/handler-limits.ts); the rest is for the last page and
 * its reports.
 */
const runMilliseconds = 240_000;

const dynamo = bounded('dynamodb', new DynamoDBClient(clientDefaults));
// LookupEvents answers two calls a second of an account: the client slows down instead of giving
// up.
const cloudTrail = bounded(
  'cloudtrail',
  new CloudTrailClient({ ...clientDefaults, maxAttempts: 8, retryMode: 'adaptive' }),
);

const context = {
  issuanceLog: cloudTrailIssuanceLog(cloudTrail, systemClock.sleep),
  clock: systemClock,
};

export const handler = logged(
  () => ({ event: 'find-lost' }),
  async (_: unknown, log) => {
    const endsAtMilliseconds = systemClock.nowMilliseconds() + runMilliseconds;
    const lost = dynamoLostAttempts(
      dynamo,
      setting('enrolmentsTable'),
      systemClock.nowSeconds,
      (error) => log({ outcome: 'unreadable', ...describeForLog(error) }),
    );
    log({ outcome: 'done', ...(await findLost({ ...context, lost, endsAtMilliseconds })) });
  },
);
