/** The find task: looks in CloudTrail for a certificate that may have been made. */
import { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { clientDefaults } from '../aws/client-defaults.ts';
import { cloudTrailRecords } from '../aws/cloudtrail-records.ts';
import { dynamoLedger } from '../aws/dynamo-ledger.ts';
import { find } from '../issuance/find.ts';
import type { IssuanceInput } from '../issuance/task.ts';
import { setting } from './configuration.ts';
import { systemClock } from './system.ts';
import { task } from './task.ts';

const connectorId = setting('connectorId');
const { nowSeconds } = systemClock;

const context = {
  nowSeconds,
  ledger: dynamoLedger(
    new DynamoDBClient(clientDefaults),
    setting('enrolmentsTable'),
    connectorId,
    nowSeconds,
  ),
  records: cloudTrailRecords(
    // CloudTrail answers two lookups a second in an account, whoever asks: the client has to slow down, not to give up.
    new CloudTrailClient({ ...clientDefaults, maxAttempts: 8, retryMode: 'adaptive' }),
    setting('certificateAuthority'),
  ),
};

export const handler = task('find', (input: IssuanceInput) => find(input, context));
