/** The issue task: IssueCertificate for what was granted. */
import { ACMPCAClient } from '@aws-sdk/client-acm-pca';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { clientDefaults } from '../aws/client-defaults.ts';
import { connectorKeys } from '../aws/connector-keys.ts';
import { dynamoLedger } from '../aws/dynamo-ledger.ts';
import { dynamoTurnstile } from '../aws/dynamo-turnstile.ts';
import { privateCa } from '../aws/private-ca.ts';
import { issue } from '../issuance/issue.ts';
import type { IssuanceInput, Queued } from '../issuance/task.ts';
import { connectorSettings, setting } from './configuration.ts';
import { systemClock } from './system.ts';
import { task } from './task.ts';

const connectorId = setting('connectorId');
const secrets = new SecretsManagerClient(clientDefaults);
const dynamo = new DynamoDBClient(clientDefaults);

const { signingAlgorithm, certificatesPerSecond } = connectorSettings();
const { nowMilliseconds, nowSeconds } = systemClock;
const enrolmentsTable = setting('enrolmentsTable');

const context = {
  connectorId,
  signingAlgorithm,
  nowMilliseconds,
  ledger: dynamoLedger(dynamo, enrolmentsTable, connectorId, nowSeconds),
  turnstile: dynamoTurnstile(dynamo, enrolmentsTable, connectorId, {
    perSecond: certificatesPerSecond,
    nowMilliseconds,
  }),
  // Asked once: after a second try a "no" would say nothing of the first (private-ca.ts). The state machine asks again.
  ca: privateCa(
    new ACMPCAClient({ ...clientDefaults, maxAttempts: 1 }),
    setting('certificateAuthority'),
  ),
};

const keys = connectorKeys(secrets, setting('connectorKeySecret'), connectorId);

export const handler = task('issue', async (input: IssuanceInput & Partial<Queued>) =>
  issue(input, { ...context, keys: await keys() }),
);
