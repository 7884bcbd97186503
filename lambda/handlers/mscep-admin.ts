/**
 * The mscep_admin function. It creates one-time challenges for MDMs that use NDES, and requires
 * HTTP Basic authentication.
 */
import { X509Certificate } from 'node:crypto';
import { ACMPCAClient } from '@aws-sdk/client-acm-pca';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { ChallengeConstraints } from '../admin/administration.ts';
import { answerMscepAdmin } from '../admin/ndes/answer.ts';
import { parseCredentialSecret } from '../admin/ndes/credential.ts';
import type { PageEncoding } from '../admin/ndes/page.ts';
import { clientDefaults } from '../aws/client-defaults.ts';
import { createPrivateCa } from '../aws/private-ca.ts';
import { requireSecretText } from '../aws/secrets.ts';
import { requireSetting } from '../config/configuration.ts';
import { cacheFor } from '../core/cached.ts';
import { createLazy } from '../core/lazy.ts';
import { administeredConnector } from './administered-connector.ts';
import { createAdministrationOf } from './administration.ts';
import { boundToInvocation } from './invocation.ts';
import { withLog } from './logged.ts';
import { systemClock } from './system.ts';

const connectorId = requireSetting('connectorId');
const secrets = boundToInvocation('secrets-manager', new SecretsManagerClient(clientDefaults));
const ca = createPrivateCa(
  boundToInvocation('acm-pca', new ACMPCAClient(clientDefaults)),
  requireSetting('certificateAuthority'),
);
const { nowSeconds } = systemClock;

/** How long the page still accepts a replaced password. */
const credentialSeconds = 60;
const credentialSecret = requireSetting('ndesCredentialSecret');

const page = {
  connectorId,
  encoding: requireSetting('ndesPageEncoding') as PageEncoding,
  constraints: JSON.parse(requireSetting('ndesConstraints')) as ChallengeConstraints,
  credential: cacheFor(credentialSeconds, nowSeconds, async () =>
    parseCredentialSecret(await requireSecretText(secrets, credentialSecret)),
  ),
  // The first certificate of the chain is the issuing CA's, which changes only with the CA.
  caCertificate: createLazy(async () => new Uint8Array(new X509Certificate(await ca.chain()).raw)),
};

export const handler = withLog(
  (_: APIGatewayProxyEventV2, { awsRequestId }) => ({
    event: 'mscep-admin',
    connectorId,
    requestId: awsRequestId,
  }),
  (event, log) => {
    const call = {
      nowSeconds: nowSeconds(),
      log,
      administration: createAdministrationOf([administeredConnector], log),
    };
    return answerMscepAdmin(event, { ...page, ...call });
  },
);
