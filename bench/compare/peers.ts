/** What this project and its peers have and lack, cell by cell, with the page that says so. */
import type { Source } from './sources.ts';

/** The columns. */
export const peers = {
  ours: 'scep-connector',
  aws: "AWS's Connector for SCEP",
  ndes: 'Microsoft NDES',
  step: 'step-ca',
  ejbca: 'EJBCA',
  scepman: 'SCEPman',
} as const;

export type Peer = keyof typeof peers;

/** The columns of the README's table. */
export const shortPeers: readonly Peer[] = ['ours', 'aws', 'ndes', 'step', 'scepman'];

/**
 * A statement about a peer with its sources. Without a source it says "not confirmed"; a test holds
 * that.
 */
type Cell = readonly [text: string, ...sources: Source[]];

/** A row of the table. */
export interface Feature {
  readonly name: string;
  /** Whether the README's table has it too. */
  readonly isShort?: true;
  readonly cells: Readonly<Record<Peer, Cell>>;
}

const notConfirmed: Cell = ['not confirmed'];

export const features: readonly Feature[] = [
  {
    name: 'runs on',
    isShort: true,
    cells: {
      ours: ['your AWS account, serverless'],
      aws: ['AWS, managed', 'awsConnector'],
      ndes: ['Windows Server with AD CS', 'ndes'],
      step: ['your server', 'stepProvisioners'],
      ejbca: ['your server, or as a service', 'ejbcaScep'],
      scepman: ['your Azure subscription', 'scepmanGuide'],
    },
  },
  {
    name: 'certificate authority',
    isShort: true,
    cells: {
      ours: ['AWS Private CA, both modes'],
      aws: ['AWS Private CA, general purpose only', 'awsLimits'],
      ndes: ['AD CS', 'ndes'],
      step: ['its own', 'stepProvisioners'],
      ejbca: ['its own', 'ejbcaScep'],
      scepman: ['its own, in Azure Key Vault', 'scepmanGuide'],
    },
  },
  {
    name: 'licence',
    cells: {
      ours: ['Apache-2.0'],
      aws: ['a service', 'awsConnector'],
      ndes: ['part of Windows Server', 'ndes'],
      step: ['Apache-2.0', 'stepRepository'],
      ejbca: ['Community (open source) and Enterprise Edition', 'ejbcaScep'],
      scepman: ['commercial; a Community Edition with fewer features', 'scepmanGuide'],
    },
  },
  {
    name: 'state',
    isShort: true,
    cells: {
      ours: ['**unreleased; has never run on AWS**'],
      aws: ['available since 2024', 'awsHistory'],
      ndes: ['since Windows Server 2008', 'ndes'],
      step: ['released', 'stepRepository'],
      ejbca: ['released', 'ejbcaScep'],
      scepman: ['released', 'scepmanDocs'],
    },
  },
  {
    name: 'challenges',
    isShort: true,
    cells: {
      ours: ['static, one-time, limited; with an end; for some names only'],
      aws: ['static, without an end; 5 a connector', 'awsLimits', 'awsQuotas'],
      ndes: ['one-time, 60 minutes; or one password for all', 'ndesPasswords'],
      step: ['one static per provisioner, or a webhook', 'stepProvisioners'],
      ejbca: ['per end entity, or per alias', 'ejbcaGuide'],
      scepman: ['static, Intune, Jamf', 'scepmanDocs'],
    },
  },
  {
    name: 'limits what a certificate says',
    isShort: true,
    cells: {
      ours: ['profile, and challenge'],
      aws: ['no: any subject and any name', 'awsLimits'],
      ndes: ['AD template', 'ndes'],
      step: ['template and name policy', 'stepProvisioners'],
      ejbca: ['profiles', 'ejbcaGuide'],
      scepman: notConfirmed,
    },
  },
  {
    name: 'Microsoft Intune',
    isShort: true,
    cells: {
      ours: ['yes, and revokes what Intune wants revoked'],
      aws: ['yes; revocation is not documented', 'awsIntune'],
      ndes: ["by Microsoft's certificate connector (not confirmed)"],
      step: ['no', 'stepIntune'],
      ejbca: ['Enterprise Edition', 'ejbcaIntune'],
      scepman: ['yes', 'scepmanDocs'],
    },
  },
  {
    name: 'renewal without a challenge (messageType 17)',
    isShort: true,
    cells: {
      ours: ['**not yet**'],
      aws: ['no', 'awsErrors'],
      ndes: ['yes', 'ndesPasswords'],
      step: ['no: needs the challenge', 'stepSource'],
      ejbca: ['Enterprise Edition', 'ejbcaScep'],
      scepman: ['if enabled', 'scepmanDocs'],
    },
  },
  {
    name: 'polling (CertPoll)',
    cells: {
      ours: ['yes'],
      aws: ['accepted; effect not documented', 'awsErrors'],
      ndes: ['yes (not confirmed)'],
      step: ['no', 'stepPolling'],
      ejbca: ['yes', 'ejbcaScep'],
      scepman: notConfirmed,
    },
  },
  {
    name: 'GetCRL, GetNextCACert',
    cells: {
      ours: ['neither'],
      aws: ['GetCRL accepted, effect not documented; no GetNextCACert', 'awsErrors'],
      ndes: notConfirmed,
      step: ['neither', 'stepSource'],
      ejbca: ['both', 'ejbcaScep'],
      scepman: notConfirmed,
    },
  },
  {
    name: 'plain HTTP',
    cells: {
      ours: ['only by a proxy of yours'],
      aws: ['no: redirected to HTTPS', 'awsLimits'],
      ndes: ['yes (not confirmed)'],
      step: ['yes (not confirmed)'],
      ejbca: ['yes', 'ejbcaGuide'],
      scepman: ['no (not confirmed)'],
    },
  },
  {
    name: 'clients with SHA-1 or 3DES',
    cells: {
      ours: ['if declared'],
      aws: ['"outdated" algorithms are refused; which ones is not documented', 'awsErrors'],
      ndes: ['yes (not confirmed)'],
      step: ['yes', 'stepSource'],
      ejbca: ['yes', 'ejbcaScep'],
      scepman: ['3DES; SHA-1 not confirmed', 'scepmanDocs'],
    },
  },
  {
    name: 'who got which certificate, and why one was refused',
    cells: {
      ours: ['panel, API, command, EventBridge with subject and serial number'],
      aws: ['CloudTrail, EventBridge without subject and serial number', 'awsEvents'],
      ndes: ['Windows event log (not confirmed)'],
      step: ['logs, webhooks', 'stepProvisioners'],
      ejbca: ['audit log, web console, REST (not confirmed)'],
      scepman: ['Certificate Master', 'scepmanDocs'],
    },
  },
  {
    name: 'metrics and alarms',
    cells: {
      ours: ['a dashboard and 12 alarms'],
      aws: ['no metrics documented', 'awsMonitoring'],
      ndes: notConfirmed,
      step: notConfirmed,
      ejbca: notConfirmed,
      scepman: ['Azure monitoring', 'scepmanGuide'],
    },
  },
  {
    name: 'survives the loss of a server',
    cells: {
      ours: ['no server'],
      aws: ['managed', 'awsConnector'],
      ndes: ['passwords are in memory', 'ndesPasswords'],
      step: ['with a shared database (not confirmed)'],
      ejbca: ['with a database cluster (not confirmed)'],
      scepman: ['with a second App Service', 'scepmanSizing'],
    },
  },
  {
    name: 'runs on a laptop from the same template',
    cells: {
      ours: ['yes: `npm start`'],
      aws: ['no', 'awsConnector'],
      ndes: ['no', 'ndes'],
      step: ['yes, the program itself', 'stepProvisioners'],
      ejbca: ['a container (not confirmed)'],
      scepman: ['no', 'scepmanGuide'],
    },
  },
];
