/**
 * A subordinate CA that the organisation already has, in short-lived mode. Its certificates live a
 * day, and only laptops of the domain get one.
 */
import { App, Duration, Stack, Tags } from 'aws-cdk-lib';
import { CertificateAuthority } from 'aws-cdk-lib/aws-acmpca';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { ScepConnector, ScepService } from 'scep-connector';

const app = new App();
// The stack is deployed where the CA is; another Region or account is an error here.
const stack = new Stack(app, 'Scep', { env: { region: 'eu-west-1', account: '111122223333' } });
Tags.of(stack).add('team', 'endpoint');

const certificateAuthority = CertificateAuthority.fromCertificateAuthorityArn(
  stack,
  'IssuingCa',
  'arn:aws:acm-pca:eu-west-1:111122223333:certificate-authority/11111111-2222-3333-4444-555555555555',
);
const service = new ScepService(stack, 'Service', {
  // Something else issues from this account as well, so 15 of its 25 calls per second are ours.
  certificatesPerSecond: 15,
});
const laptops = new ScepConnector(stack, 'Laptops', {
  service,
  connectorId: 'laptops',
  certificateAuthority,
  // "aws acm-pca describe-certificate-authority" prints it.
  usageMode: 'SHORT_LIVED_CERTIFICATE',
  raValidity: Duration.days(6),
  raRotationInterval: Duration.days(2),
  profile: {
    validityDays: 1,
    subject: { CN: ['*.laptops.example.com'], O: ['Example Ltd'] },
    alternativeNames: { dns: ['*.laptops.example.com'] },
  },
});

const topic = new Topic(stack, 'Alarms');
for (const alarm of [...service.alarms, ...laptops.alarms])
  alarm.addAlarmAction(new SnsAction(topic));
