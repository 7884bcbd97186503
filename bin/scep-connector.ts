import { App, Stack, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { ScepConnector, ScepService, ShortLivedRootAuthority } from '../lib/index.ts';

const app = new App();
const stack = new Stack(app, 'ScepConnector', {
  description: 'SCEP for devices, in front of AWS Private CA',
});

// A root made for this stack. It costs money; synthesis says how much. With a CA of your own, this
// is instead (and `usageMode` of a connector says if that CA is short-lived):
//   CertificateAuthority.fromCertificateAuthorityArn(stack, 'CertificateAuthority', 'arn:aws:acm-pca:…')
export const certificateAuthority = new ShortLivedRootAuthority(stack, 'CertificateAuthority', {
  commonName: 'scep-connector root',
});

export const service = new ScepService(stack, 'Service');

// Your connectors, one for each group of devices that gets the same kind of certificate. This one
// is a sample.
new ScepConnector(stack, 'DefaultConnector', {
  service,
  connectorId: 'default',
  certificateAuthority,
  ownsRootPath: true,
  // One-time challenges for an MDM that speaks NDES (docs/mdm/):
  //   ndesAdminPage: true,
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

// A connector for Microsoft Intune (docs/mdm/intune.md) has `intune` and `quirks: { sha1: true }`;
// examples/intune is such an app, and `npm start -- --intune` adds one with an emulated tenant.

Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
