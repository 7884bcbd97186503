/** The sample connector in a service whose rate limiter does not limit the figure. */
import { App, Stack } from 'aws-cdk-lib';
import { ScepConnector, ScepService, ShortLivedRootAuthority } from '../../lib/index.ts';

const stack = new Stack(new App(), 'ScepConnector');
new ScepConnector(stack, 'DefaultConnector', {
  service: new ScepService(stack, 'Service', { certificatesPerSecond: 1000 }),
  connectorId: 'default',
  certificateAuthority: new ShortLivedRootAuthority(stack, 'CertificateAuthority', {
    commonName: 'scep-connector root',
  }),
  ownsRootPath: true,
  profile: { alternativeNames: { dns: ['*.example.com'], email: ['*@example.com'] } },
});
