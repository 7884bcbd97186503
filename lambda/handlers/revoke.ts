/**
 * The Revoke function: revokes withheld certificates, and on an Intune connector those that Intune
 * wants revoked.
 */
import { ACMPCAClient } from '@aws-sdk/client-acm-pca';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { clientDefaults } from '../aws/client-defaults.ts';
import { dynamoIssuedCertificates } from '../aws/dynamo-issued-certificates.ts';
import { dynamoRevocationJournal } from '../aws/dynamo-revocations.ts';
import { dynamoWithheld } from '../aws/dynamo-withheld.ts';
import { privateCa } from '../aws/private-ca.ts';
import { connectorSettings, setting } from '../config/configuration.ts';
import type { IntuneSettings } from '../config/settings.ts';
import { describeForLog } from '../core/errors.ts';
import { type RevocationContext, revokeRequested } from '../revocation/revoke-requested.ts';
import { revokeWithheld } from '../revocation/revoke-withheld.ts';
import { bounded } from './invocation.ts';
import { logged } from './logged.ts';
import { systemClock } from './system.ts';

/**
 * Microsoft returns no more at once. A call to the CA for each takes a minute or two of the
 * function's five.
 */
const requestedBatch = 500;
const withheldBatch = 100;

/** The time for calls to the CA; the rest of the run is for the last call and for the results. */
const maxCaSeconds = 240;

const connectorId = setting('connectorId');
const certificateAuthority = setting('certificateAuthority');
const { intune } = connectorSettings();
const { nowSeconds } = systemClock;
const dynamo = bounded('dynamodb', new DynamoDBClient(clientDefaults));
const tables = {
  enrolments: setting('enrolmentsTable'),
  certificates: setting('certificatesTable'),
};
const ca = privateCa(bounded('acm-pca', new ACMPCAClient(clientDefaults)), certificateAuthority);

/** Loaded for an Intune connector alone. */
async function requestedContext(
  settings: IntuneSettings,
): Promise<Omit<RevocationContext, 'report'>> {
  const { caConfigurationOf, intuneOf } = await import('./intune-of.ts');
  return {
    intune: intuneOf(settings),
    journal: dynamoRevocationJournal(dynamo, tables.enrolments, connectorId, nowSeconds),
    certificates: dynamoIssuedCertificates(dynamo, tables, connectorId),
    ca,
    caConfiguration: caConfigurationOf(connectorId, certificateAuthority),
    batch: requestedBatch,
    maxCaSeconds,
    nowSeconds,
  };
}

const requested = intune && (await requestedContext(intune));

export const handler = logged(
  () => ({ event: 'revocation', connectorId }),
  async (_: unknown, log) => {
    let problems = 0;
    const report = (step: string, error: unknown): void => {
      problems += 1;
      log({ outcome: 'postponed', step, ...describeForLog(error) });
    };
    const { revoked, disputed } = await revokeWithheld({
      withheld: dynamoWithheld(dynamo, tables, { connectorId, nowSeconds }),
      ca,
      batch: withheldBatch,
      nowSeconds,
      report: (error) => report('withheld', error),
    });
    const run =
      requested &&
      (await revokeRequested({ ...requested, report: ({ step, error }) => report(step, error) }));
    // An alarm counts runs that left nothing undone (lib/cloud/revocation-alarms.ts).
    const outcome = problems === 0 && disputed === 0 ? 'done' : 'incomplete';
    log({ outcome, withheld: revoked, disputed, ...run });
  },
);
