/**
 * An app with every part of the constructs, for the test of every statement of every role. The
 * runner adds the connector of its Intune tenant.
 */
import { App, Duration, Stack } from 'aws-cdk-lib';
import { ScepConnector, ScepService, ShortLivedRootAuthority } from '../../../lib/index.ts';

const app = new App();
const stack = new Stack(app, 'EveryPart');
export const certificateAuthority = new ShortLivedRootAuthority(stack, 'CertificateAuthority', {
  commonName: 'every part',
});
export const service = new ScepService(stack, 'Service');

new ScepConnector(stack, 'DefaultConnector', {
  service,
  connectorId: 'default',
  certificateAuthority,
  ndesAdminPage: true,
  challengeRotation: { name: 'rotating', interval: Duration.days(30), overlap: Duration.days(7) },
});
