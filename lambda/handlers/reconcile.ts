/** Runs on a schedule: issuances that ended without an outcome are run again. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SFNClient } from '@aws-sdk/client-sfn';
import { clientDefaults } from '../aws/client-defaults.ts';
import { dynamoLedger } from '../aws/dynamo-ledger.ts';
import { stepFunctionsConductor } from '../aws/step-functions-conductor.ts';
import { reconcile } from '../issuance/reconcile.ts';
import { setting } from './configuration.ts';
import { logged } from './logged.ts';
import { systemClock } from './system.ts';

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
  conductor: stepFunctionsConductor(new SFNClient(clientDefaults), setting('issuanceStateMachine')),
};

export const handler = logged(
  () => ({ event: 'reconcile', connectorId }),
  async (_: unknown, log) => {
    const { looked, restarted, failed } = await reconcile(context);
    log({ outcome: 'done', looked, restarted, failed });
  },
);
