/** The notify task of an Intune connector: Intune is told of the certificate, or why there is none. */
import { ACMPCAClient } from '@aws-sdk/client-acm-pca';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { clientDefaults } from '../aws/client-defaults.ts';
import { connectorKeys } from '../aws/connector-keys.ts';
import { dynamoIssuedCertificates } from '../aws/dynamo-issued-certificates.ts';
import { dynamoLedger } from '../aws/dynamo-ledger.ts';
import { privateCa } from '../aws/private-ca.ts';
import { notify } from '../issuance/notify.ts';
import type { Settlement } from '../issuance/task.ts';
import { connectorSettings, setting } from './configuration.ts';
import { intuneOf } from './intune-of.ts';
import { systemClock } from './system.ts';
import { task } from './task.ts';

const connectorId = setting('connectorId');
const { intune } = connectorSettings();
if (intune === undefined) throw new Error('this connector has no Intune');
const { nowSeconds } = systemClock;
const dynamo = new DynamoDBClient(clientDefaults);
const keys = connectorKeys(
  new SecretsManagerClient(clientDefaults),
  setting('connectorKeySecret'),
  connectorId,
);

const context = {
  connectorId,
  nowSeconds,
  intune: intuneOf(intune),
  ledger: dynamoLedger(dynamo, setting('enrolmentsTable'), connectorId, nowSeconds),
  certificates: dynamoIssuedCertificates(dynamo, setting('enrolmentsTable'), connectorId),
  ca: privateCa(new ACMPCAClient(clientDefaults), setting('certificateAuthority')),
};

export const handler = task('notify', async (input: Settlement) =>
  notify(input, { ...context, keys: await keys() }),
);
