/** An app with every stateful resource that the constructs make. Nothing is bundled. */
import { App, Duration, Stack } from 'aws-cdk-lib';
import { ScepConnector, ScepService, ShortLivedRootAuthority } from '../../lib/index.ts';

const app = new App({ context: { 'aws:cdk:bundling-stacks': [] } });
const stack = new Stack(app, 'Upgraded');
const service = new ScepService(stack, 'Service');
const certificateAuthority = new ShortLivedRootAuthority(stack, 'CertificateAuthority', {
  commonName: 'root',
});

new ScepConnector(stack, 'DefaultConnector', {
  service,
  connectorId: 'default',
  certificateAuthority,
  ndesAdminPage: true,
  challengeRotation: { name: 'mdm', interval: Duration.days(30), overlap: Duration.days(7) },
});

for (const authentication of ['clientSecret', 'federated'] as const)
  new ScepConnector(stack, `Intune-${authentication}`, {
    service,
    connectorId: `intune-${authentication.toLowerCase()}`,
    certificateAuthority,
    intune: {
      tenantId: '11111111-2222-4333-8444-555555555555',
      applicationId: '66666666-7777-4888-8999-aaaaaaaaaaaa',
      authentication,
    },
  });
