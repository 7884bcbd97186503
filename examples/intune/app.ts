/** Windows devices of Microsoft Intune (docs/mdm/intune.md). */
import { App, Stack } from 'aws-cdk-lib';
import { ScepConnector, ScepService, ShortLivedRootAuthority } from 'scep-connector';

const stack = new Stack(new App(), 'Scep');
const service = new ScepService(stack, 'Service');

new ScepConnector(stack, 'Windows', {
  service,
  connectorId: 'windows',
  // A root made for this stack. It costs money; synthesis says how much.
  certificateAuthority: new ShortLivedRootAuthority(stack, 'Root', {
    commonName: 'Example Ltd devices',
  }),
  intune: {
    tenantId: '11111111-2222-4333-8444-555555555555',
    applicationId: '66666666-7777-4888-8999-aaaaaaaaaaaa',
    authentication: 'federated',
  },
  // Windows under MDM signs its messages with SHA-1.
  quirks: { sha1: true },
  profile: {
    subject: { CN: ['*'] },
    alternativeNames: {
      dns: ['*.example.com'],
      // Strong mapping of certificates to accounts, and network access control.
      uri: ['tag:microsoft.com,2022-09-14:sid:*', 'IntuneDeviceId://*'],
    },
  },
});
