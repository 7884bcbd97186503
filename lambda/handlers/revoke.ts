/**
 * The Revoke function. It revokes withheld certificates, and at Intune's request those of an Intune
 * connector.
 */
import { ACMPCAClient } from '@aws-sdk/client-acm-pca';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { clientDefaults } from '../aws/client-defaults.ts';
import { createDynamoIssuedCertificates } from '../aws/dynamo-issued-certificates.ts';
import { createDynamoRevocationInbox } from '../aws/dynamo-revocations.ts';
import { createDynamoWithheld } from '../aws/dynamo-withheld.ts';
import { createPrivateCa } from '../aws/private-ca.ts';
import { readConnectorSettings, requireSetting } from '../config/configuration.ts';
import type { IntuneSettings } from '../config/settings.ts';
import { describeForLog } from '../core/errors.ts';
import { type RevocationContext, revokeRequested } from '../revocation/revoke-requested.ts';
import { revokeWithheld } from '../revocation/revoke-withheld.ts';
import { boundToInvocation } from './invocation.ts';
import { withLog } from './logged.ts';
import { systemClock } from './system.ts';

/**
 * Microsoft returns no more requests at once. Their calls to the CA take one or two of the
 * function's five minutes.
 */
const requestedBatch = 500;
const withheldBatch = 100;

/** The time for calls to the CA. The rest of the run is for the last call and the results. */
const maxCaSeconds = 240;

const connectorId = requireSetting('connectorId');
const certificateAuthority = requireSetting('certificateAuthority');
const { intune } = readConnectorSettings();
const { nowSeconds } = systemClock;
const dynamo = boundToInvocation('dynamodb', new DynamoDBClient(clientDefaults));
const tables = {
  enrolments: requireSetting('enrolmentsTable'),
  certificates: requireSetting('certificatesTable'),
};
const ca = createPrivateCa(
  boundToInvocation('acm-pca', new ACMPCAClient(clientDefaults)),
  certificateAuthority,
);

/** Loads Intune, for an Intune connector only. */
async function createRequestedContext(
  settings: IntuneSettings,
): Promise<Omit<RevocationContext, 'report'>> {
  const { formatCaConfiguration, createIntuneFromSettings } = await import('./intune.ts');
  return {
    intune: createIntuneFromSettings(settings),
    journal: createDynamoRevocationInbox(dynamo, tables.enrolments, connectorId, nowSeconds),
    certificates: createDynamoIssuedCertificates(dynamo, tables, connectorId),
    ca,
    caConfiguration: formatCaConfiguration(connectorId, certificateAuthority),
    batch: requestedBatch,
    maxCaSeconds,
    nowSeconds,
  };
}

const requested = intune && (await createRequestedContext(intune));

export const handler = withLog(
  () => ({ event: 'revocation', connectorId }),
  async (_: unknown, log) => {
    let problems = 0;
    const report = (step: string, error: unknown): void => {
      problems += 1;
      log({ outcome: 'postponed', step, ...describeForLog(error) });
    };
    const { revoked, disputed } = await revokeWithheld({
      withheld: createDynamoWithheld(dynamo, tables, { connectorId, nowSeconds }),
      ca,
      batch: withheldBatch,
      nowSeconds,
      report: (error) => report('withheld', error),
    });
    const run =
      requested &&
      (await revokeRequested({ ...requested, report: ({ step, error }) => report(step, error) }));
    // An alarm counts the runs that completed everything (lib/cloud/revocation-alarms.ts).
    const outcome = problems === 0 && disputed === 0 ? 'done' : 'incomplete';
    log({ outcome, withheld: revoked, disputed, ...run });
  },
);
