/** The least that works: a connector at a CA that exists. */
import { App, Stack } from 'aws-cdk-lib';
import { CertificateAuthority } from 'aws-cdk-lib/aws-acmpca';
import { ScepConnector, ScepService } from 'scep-connector';

const stack = new Stack(new App(), 'Scep');
const service = new ScepService(stack, 'Service');
const certificateAuthority = CertificateAuthority.fromCertificateAuthorityArn(
  stack,
  'Ca',
  'arn:aws:acm-pca:eu-west-1:111122223333:certificate-authority/11111111-2222-3333-4444-555555555555',
);
new ScepConnector(stack, 'Laptops', { service, connectorId: 'laptops', certificateAuthority });
