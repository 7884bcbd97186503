/** Macs under Jamf Pro, which fetches a one-time challenge for each (docs/mdm/jamf-pro.md). */
import { App, Stack } from 'aws-cdk-lib';
import { ArnPrincipal } from 'aws-cdk-lib/aws-iam';
import { ScepConnector, ScepService, ShortLivedRootAuthority } from 'scep-connector';

const stack = new Stack(new App(), 'Scep');
const service = new ScepService(stack, 'Service');

const macs = new ScepConnector(stack, 'Macs', {
  service,
  connectorId: 'jamf',
  certificateAuthority: new ShortLivedRootAuthority(stack, 'Root', {
    commonName: 'Example Ltd devices',
  }),
  ndesAdminPage: { username: 'jamf' },
  profile: {
    subject: { CN: ['*'], O: ['Example Ltd'] },
    alternativeNames: { dns: ['*.example.com'] },
  },
});

// The person who configures Jamf Pro reads the page's password, and nothing else.
macs.ndesAdminSecret?.grantRead(new ArnPrincipal('arn:aws:iam::111122223333:role/jamf-admin'));
