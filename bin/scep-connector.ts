import { App, Stack, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import {
  importCertificateAuthority,
  ShortLivedRootAuthority,
} from '../lib/cloud/certificate-authority.ts';
import { ScepConnector } from '../lib/cloud/scep-connector.ts';
import { ScepService } from '../lib/cloud/scep-service.ts';

const app = new App();
const stack = new Stack(app, 'ScepConnector', {
  description: 'SCEP for devices, in front of AWS Private CA',
});

// The CA: yours, by -c certificateAuthorityArn=ARN (and -c
// certificateAuthorityMode=SHORT_LIVED_CERTIFICATE if it is one), or else a root made for this
// stack. That one costs money; synthesis says how much.
const arn = app.node.tryGetContext('certificateAuthorityArn');
const mode = app.node.tryGetContext('certificateAuthorityMode');
const certificateAuthority =
  arn === undefined
    ? new ShortLivedRootAuthority(stack, 'CertificateAuthority', {
        commonName: 'scep-connector root',
      })
    : importCertificateAuthority(arn, mode);

// IssueCertificate calls a second of your account: -c certificatesPerSecond=N, if its quota is not
// 25.
const certificatesPerSecond = app.node.tryGetContext('certificatesPerSecond');

const service = new ScepService(stack, 'Service', {
  ...(certificatesPerSecond !== undefined && {
    certificatesPerSecond: Number(certificatesPerSecond),
  }),
});

// A connector for Microsoft Intune as well, where a tenant is named (docs/mdm/intune.md):
//   -c intune='{"tenantId":"GUID","applicationId":"GUID","authentication":"federated"}'
const intune = app.node.tryGetContext('intune');

// Your connectors, one for each group of devices that gets the same kind of certificate. This one
// is a sample.
new ScepConnector(stack, 'DefaultConnector', {
  service,
  connectorId: 'default',
  certificateAuthority,
  ownsRootPath: true,
  // One-time challenges for an MDM that speaks NDES (docs/mdm/): -c ndesAdminPage=true, or say true
  // here.
  ndesAdminPage: app.node.tryGetContext('ndesAdminPage') === 'true',
  profile: {
    // No subject is declared: every attribute of docs/names.md is issued, so that any client can be
    // tried. A connector for production says whose devices they are:
    //   subject: { CN: ['*.laptops.example.com'], O: ['Example Ltd'] },
    // Alternative names are refused unless they are named here; "*" stands for any characters.
    alternativeNames: {
      dns: ['*.example.com'],
      email: ['*@example.com'],
    },
  },
});

if (intune !== undefined) {
  new ScepConnector(stack, 'IntuneConnector', {
    service,
    connectorId: 'intune',
    certificateAuthority,
    intune: typeof intune === 'string' ? JSON.parse(intune) : intune,
    // Windows under MDM signs its messages with SHA-1.
    quirks: { sha1: true },
    profile: {
      alternativeNames: {
        dns: ['*.example.com'],
        email: ['*@example.com'],
        // Strong mapping of certificates to accounts, and network access control.
        uri: ['tag:microsoft.com,2022-09-14:sid:*', 'IntuneDeviceId://*'],
      },
    },
  });
}

Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
