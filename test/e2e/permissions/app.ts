/** An app with every part of the constructs, for the test of every statement of every role. */
import { App, Stack } from 'aws-cdk-lib';
import { ShortLivedRootAuthority } from '../../../lib/cloud/certificate-authority.ts';
import { ScepConnector } from '../../../lib/cloud/scep-connector.ts';
import { ScepService } from '../../../lib/cloud/scep-service.ts';

const app = new App();
const stack = new Stack(app, 'EveryPart');
const certificateAuthority = new ShortLivedRootAuthority(stack, 'CertificateAuthority', {
  commonName: 'every part',
});
const service = new ScepService(stack, 'Service');

new ScepConnector(stack, 'DefaultConnector', {
  service,
  connectorId: 'default',
  certificateAuthority,
  ndesAdminPage: true,
  challengeRotation: { name: 'rotating', everyDays: 30, overlapDays: 7 },
});

new ScepConnector(stack, 'IntuneConnector', {
  service,
  connectorId: 'intune',
  certificateAuthority,
  intune: JSON.parse(String(app.node.tryGetContext('intune'))),
});
