/**
 * An app with an existing short-lived CA that has an EC key, and with a second connector that the
 * environment variable SECOND_CONNECTOR may declare otherwise.
 */
import { App, Stack } from 'aws-cdk-lib';
import { CertificateAuthority } from 'aws-cdk-lib/aws-acmpca';
import { signingAlgorithms } from '../../../lambda/config/settings.ts';
import { ScepConnector, ScepService, type UsageMode } from '../../../lib/index.ts';

const arnIn = (region: string): string =>
  `arn:aws:acm-pca:${region}:111122223333:certificate-authority/11111111-1234-1234-1234-123456789012`;

const app = new App();
const caIn = (id: string, region: string) =>
  CertificateAuthority.fromCertificateAuthorityArn(stack, id, arnIn(region));
const stack = new Stack(app, 'ExistingCa');
const service = new ScepService(stack, 'Service', { hasDashboard: false });

new ScepConnector(stack, 'Laptops', {
  service,
  connectorId: 'laptops',
  certificateAuthority: caIn('FirstCa', 'eu-west-1'),
  usageMode: 'SHORT_LIVED_CERTIFICATE',
  signingAlgorithm: 'SHA256WITHECDSA',
});

const { SECOND_CONNECTOR: declared } = process.env;
if (declared !== undefined) {
  const [region = '', mode, algorithm] = declared.split(' ');
  new ScepConnector(stack, 'Printers', {
    service,
    connectorId: 'printers',
    certificateAuthority: caIn('SecondCa', region),
    usageMode: mode as UsageMode,
    signingAlgorithm: signingAlgorithms.find((each) => each === algorithm) ?? 'SHA256WITHRSA',
  });
}
