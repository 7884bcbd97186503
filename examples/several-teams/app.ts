/**
 * One service for several teams: each team has a connector with its own names, challenges and
 * limits, and one role administers all of them.
 */
import { App, Duration, Stack, Tags } from 'aws-cdk-lib';
import { CertificateAuthority } from 'aws-cdk-lib/aws-acmpca';
import { AccountRootPrincipal, Role } from 'aws-cdk-lib/aws-iam';
import { ScepConnector, ScepService } from 'scep-connector';

const stack = new Stack(new App(), 'Scep');
const service = new ScepService(stack, 'Service');
const certificateAuthority = CertificateAuthority.fromCertificateAuthorityArn(
  stack,
  'Ca',
  'arn:aws:acm-pca:eu-west-1:111122223333:certificate-authority/11111111-2222-3333-4444-555555555555',
);

/** Each team, and the domain of its devices. */
const teams = { factory: 'factory.example.com', office: 'office.example.com' };

for (const [connectorId, domain] of Object.entries(teams)) {
  const connector = new ScepConnector(stack, `Connector-${connectorId}`, {
    service,
    connectorId,
    certificateAuthority,
    // A challenge that the team's MDM reads, with a new value every month.
    challengeRotation: {
      name: 'mdm',
      interval: Duration.days(30),
      overlap: Duration.days(7),
    },
    profile: {
      validityDays: 90,
      subject: { CN: [`*.${domain}`], OU: [connectorId] },
      alternativeNames: { dns: [`*.${domain}`] },
    },
  });
  Tags.of(connector).add('team', connectorId);
}

const administrators = new Role(stack, 'Administrators', { assumedBy: new AccountRootPrincipal() });
service.grantAdministration(administrators);
service.grantConsolePanel(administrators);
