/**
 * The mscep_admin function: one-time challenges for MDMs that speak NDES, behind HTTP Basic
 * authentication.
 */
import { X509Certificate } from 'node:crypto';
import { ACMPCAClient } from '@aws-sdk/client-acm-pca';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { ChallengeConstraints } from '../admin/administration.ts';
import { answerMscepAdmin } from '../admin/ndes/answer.ts';
import { credentialIn } from '../admin/ndes/credential.ts';
import type { PageEncoding } from '../admin/ndes/page.ts';
import { clientDefaults } from '../aws/client-defaults.ts';
import { keptFor } from '../aws/kept-for.ts';
import { once } from '../aws/once.ts';
import { privateCa } from '../aws/private-ca.ts';
import { requiredSecretText } from '../aws/secrets.ts';
import { setting } from '../config/configuration.ts';
import { administration } from './administration.ts';
import { bounded } from './invocation.ts';
import { logged } from './logged.ts';
import { systemClock } from './system.ts';

const connectorId = setting('connectorId');
const secrets = bounded('secrets-manager', new SecretsManagerClient(clientDefaults));
const ca = privateCa(
  bounded('acm-pca', new ACMPCAClient(clientDefaults)),
  setting('certificateAuthority'),
);
const { nowSeconds } = systemClock;

/** How long a replaced password still opens the page. */
const credentialSeconds = 60;
const credentialSecret = setting('ndesCredentialSecret');

const page = {
  connectorId,
  encoding: setting('ndesPageEncoding') as PageEncoding,
  constraints: JSON.parse(setting('ndesConstraints')) as ChallengeConstraints,
  credential: keptFor(credentialSeconds, nowSeconds, async () =>
    credentialIn(await requiredSecretText(secrets, credentialSecret)),
  ),
  // The first certificate of the chain is the issuing CA's. It changes only with the connector's
  // CA.
  caCertificate: once(async () => new Uint8Array(new X509Certificate(await ca.chain()).raw)),
};

export const handler = logged(
  (_: APIGatewayProxyEventV2, { awsRequestId }) => ({
    event: 'mscep-admin',
    connectorId,
    requestId: awsRequestId,
  }),
  (event, log) => {
    const now = { nowSeconds: nowSeconds(), log, administration: administration(log) };
    return answerMscepAdmin(event, { ...page, ...now });
  },
);
