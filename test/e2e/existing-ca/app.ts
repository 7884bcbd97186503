/**
 * An app with an existing short-lived CA that has an EC key, and with a second connector that the
 * context may declare otherwise.
 */
import { App, Stack } from 'aws-cdk-lib';
import { signingAlgorithms } from '../../../lambda/config/settings.ts';
import { importCertificateAuthority } from '../../../lib/cloud/certificate-authority.ts';
import { ScepConnector } from '../../../lib/cloud/scep-connector.ts';
import { ScepService } from '../../../lib/cloud/scep-service.ts';

const arnIn = (region: string): string =>
  `arn:aws:acm-pca:${region}:111122223333:certificate-authority/11111111-1234-1234-1234-123456789012`;

const app = new App();
const stack = new Stack(app, 'ExistingCa');
const service = new ScepService(stack, 'Service', { hasDashboard: false });

new ScepConnector(stack, 'Laptops', {
  service,
  connectorId: 'laptops',
  certificateAuthority: importCertificateAuthority(arnIn('eu-west-1'), 'SHORT_LIVED_CERTIFICATE'),
  signingAlgorithm: 'SHA256WITHECDSA',
});

const declared = app.node.tryGetContext('second');
if (declared !== undefined) {
  const [region, mode, algorithm] = String(declared).split(' ');
  new ScepConnector(stack, 'Printers', {
    service,
    connectorId: 'printers',
    certificateAuthority: importCertificateAuthority(arnIn(String(region)), mode),
    signingAlgorithm: signingAlgorithms.find((each) => each === algorithm) ?? 'SHA256WITHRSA',
  });
}
