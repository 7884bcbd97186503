/** The public pages that the comparison rests on. Its tables cite them by number. */
const sources = {
  awsPrices: ['AWS Private CA pricing', 'https://aws.amazon.com/private-ca/pricing/'],
  awsPriceList: [
    "a copy of AWS's price list, August 2025",
    'https://huggingface.co/datasets/labofsahil/aws-pricing-dataset/blob/main/AWSCertificateManager.csv',
  ],
  awsPerCertificate: ['aws-pca on npm', 'https://npmjs.com/package/aws-pca'],
  awsModes: [
    'AWS Private CA modes',
    'https://docs.aws.amazon.com/privateca/latest/userguide/short-lived-certificates.html',
  ],
  awsConnector: [
    'Connector for SCEP',
    'https://docs.aws.amazon.com/privateca/latest/userguide/connector-for-scep.html',
  ],
  awsLimits: [
    'Connector for SCEP: considerations and limitations',
    'https://docs.aws.amazon.com/privateca/latest/userguide/c4scep-considerations-limitations.html',
  ],
  awsErrors: [
    'Connector for SCEP: HTTP errors',
    'https://docs.aws.amazon.com/privateca/latest/userguide/c4scep-troubleshoot-http-error.html',
  ],
  awsIntune: [
    'Connector for SCEP with Microsoft Intune',
    'https://docs.aws.amazon.com/privateca/latest/userguide/connector-for-scep-intune.html',
  ],
  awsMonitoring: [
    'Connector for SCEP: monitoring',
    'https://docs.aws.amazon.com/privateca/latest/userguide/c4scep-monitoring-overview.html',
  ],
  awsEvents: [
    'Connector for SCEP: EventBridge events',
    'https://docs.aws.amazon.com/privateca/latest/userguide/c4scep-monitor-eventbridge-events.html',
  ],
  awsHistory: [
    'AWS Private CA: document history',
    'https://docs.aws.amazon.com/privateca/latest/userguide/dochistory.html',
  ],
  awsQuotas: ['AWS Private CA quotas', 'https://docs.aws.amazon.com/general/latest/gr/pca.html'],
  ndes: [
    'Network Device Enrollment Service',
    'https://learn.microsoft.com/en-us/archive/technet-wiki/9063.active-directory-certificate-services-ad-cs-network-device-enrollment-service-ndes',
  ],
  ndesPasswords: ['KB 959193', 'https://mskb.pkisolutions.com/kb/959193'],
  stepProvisioners: ['step-ca provisioners', 'https://smallstep.com/docs/step-ca/provisioners/'],
  stepRepository: ['step-ca', 'https://github.com/smallstep/certificates'],
  stepSource: [
    'step-ca: scep/api/api.go',
    'https://github.com/smallstep/certificates/blob/master/scep/api/api.go',
  ],
  stepIntune: ['step-ca issue 608', 'https://github.com/smallstep/certificates/issues/608'],
  stepPolling: ['step-ca issue 1170', 'https://github.com/smallstep/certificates/issues/1170'],
  ejbcaScep: ['EJBCA: SCEP', 'https://docs.keyfactor.com/ejbca/latest/scep'],
  ejbcaGuide: [
    'EJBCA: SCEP operations guide',
    'https://docs.keyfactor.com/ejbca/latest/scep-operation-guide',
  ],
  ejbcaIntune: [
    'EJBCA: Microsoft Intune certificate revocation',
    'https://docs.keyfactor.com/ejbca/latest/microsoft-intune-certificate-revocation',
  ],
  scepmanSizing: [
    'SCEPman: Azure sizing',
    'https://docs.scepman.com/scepman-deployment/azure-sizing',
  ],
  scepmanGuide: [
    'SCEPman: enterprise guide',
    'https://glueckkanja.gitbook.io/scepman/getting-started/enterprise-guide',
  ],
  scepmanLicensing: ['SCEPman: licensing', 'https://docs.scepman.com/other/licensing/cleverbridge'],
  scepmanDocs: ['SCEPman documentation', 'https://docs.scepman.com/'],
  ec2: ['EC2 pricing explained', 'https://go-cloud.io/?p=10607'],
} as const satisfies Record<string, readonly [string, string]>;

export type Source = keyof typeof sources;

const names = Object.keys(sources) as Source[];

/** Formats a citation as numbers of the list: ` [1, 3]`, or an empty text. */
export const renderCitation = (cited: readonly Source[]): string =>
  cited.length === 0 ? '' : ` [${cited.map((name) => names.indexOf(name) + 1).join(', ')}]`;

/** Formats the numbered list. */
export const listSources = (): string =>
  names.map((name, at) => `${at + 1}. [${sources[name][0]}](${sources[name][1]})`).join('\n');
