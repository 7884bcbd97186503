/** Runs on a schedule: what Intune wants revoked is revoked, and Intune told so. */
import { ACMPCAClient } from '@aws-sdk/client-acm-pca';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { clientDefaults } from '../aws/client-defaults.ts';
import { dynamoIssuedCertificates } from '../aws/dynamo-issued-certificates.ts';
import { dynamoRevocationJournal } from '../aws/dynamo-revocations.ts';
import { privateCa } from '../aws/private-ca.ts';
import { toldOf } from '../errors.ts';
import { type RevocationContext, revokeRequested } from '../revocation/revoke-requested.ts';
import { connectorSettings, setting } from './configuration.ts';
import { caConfigurationOf, intuneOf } from './intune-of.ts';
import { bounded } from './invocation.ts';
import { logged } from './logged.ts';
import { systemClock } from './system.ts';

/** Microsoft gives no more at once. With a call to the CA for each that is a minute or two of the function's five. */
const batch = 500;

/** The rest is for the last call to the CA and for telling Intune. */
const longestSeconds = 240;

const connectorId = setting('connectorId');
const certificateAuthority = setting('certificateAuthority');
const enrolmentsTable = setting('enrolmentsTable');
const { intune } = connectorSettings();
if (intune === undefined) throw new Error('the connector has no Intune tenant');

const { nowSeconds } = systemClock;
const dynamo = bounded('dynamodb', new DynamoDBClient(clientDefaults));

const context: Omit<RevocationContext, 'report'> = {
  intune: intuneOf(intune),
  journal: dynamoRevocationJournal(dynamo, enrolmentsTable, connectorId, nowSeconds),
  certificates: dynamoIssuedCertificates(dynamo, enrolmentsTable, connectorId),
  ca: privateCa(bounded('acm-pca', new ACMPCAClient(clientDefaults)), certificateAuthority),
  caConfiguration: caConfigurationOf(connectorId, certificateAuthority),
  batch,
  longestSeconds,
  nowSeconds,
};

export const handler = logged(
  () => ({ event: 'revocation', connectorId }),
  async (_: unknown, log) => {
    let problems = 0;
    const run = await revokeRequested({
      ...context,
      report: ({ step, error }) => {
        problems += 1;
        log({ outcome: 'postponed', step, ...toldOf(error) });
      },
    });
    // What an alarm waits for (lib/cloud/alarms.ts) is a run that left nothing undone.
    log({ outcome: problems === 0 ? 'done' : 'incomplete', ...run });
  },
);
