/** The lint task: compares what came back with the Grant, and revokes what differs. */
import { ACMPCAClient } from '@aws-sdk/client-acm-pca';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { clientDefaults } from '../aws/client-defaults.ts';
import { connectorKeys } from '../aws/connector-keys.ts';
import { dynamoLedger } from '../aws/dynamo-ledger.ts';
import { privateCa } from '../aws/private-ca.ts';
import { type Linted, lint } from '../issuance/lint.ts';
import { setting } from './configuration.ts';
import { systemClock } from './system.ts';
import { task } from './task.ts';

const connectorId = setting('connectorId');
const secrets = new SecretsManagerClient(clientDefaults);
const dynamo = new DynamoDBClient(clientDefaults);
const keys = connectorKeys(secrets, setting('connectorKeySecret'), connectorId);

const context = {
  connectorId,
  ledger: dynamoLedger(dynamo, setting('enrolmentsTable'), connectorId, systemClock.nowSeconds),
  ca: privateCa(new ACMPCAClient(clientDefaults), setting('certificateAuthority')),
};

export const handler = task('lint', async (input: Linted) =>
  lint(input, { ...context, keys: await keys() }),
);
