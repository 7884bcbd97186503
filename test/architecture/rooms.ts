/**
 * The rooms of lambda/ and lib/, and the rooms that each may import. A room imports rooms below it
 * in its list alone, so there is no circle. Biome's import rules are written from this table
 * (`npm run graph`).
 */

/** A folder of lambda/ or lib/. */
export interface Room {
  readonly name: string;
  /** The rooms of the same list that it may import. */
  readonly mayImport: readonly string[];
  /** What the linter says about any other import. */
  readonly why: string;
  /** Packages that this room alone, or with a few others, may import. */
  readonly packages?: readonly PackageGroup[];
}

/** Packages that most rooms must not import. */
export type PackageGroup = keyof typeof packageGroups;

/** The packages of each group as Biome's patterns, and why other rooms must not import them. */
export const packageGroups = {
  aws: {
    patterns: ['@aws-sdk/*', '@middy/*'],
    why: 'Only adapters (lambda/aws) and handlers know AWS; other rooms take ports.',
  },
  asn1: {
    patterns: ['pkijs', 'asn1js', '@peculiar/*'],
    why: 'Only lambda/asn1 knows the ASN.1 libraries (docs/decisions/004-der-by-hand.md).',
  },
  oauth: {
    patterns: ['jose', 'oauth4webapi'],
    why: 'Only lambda/intune speaks OAuth and JOSE; other rooms take the port.',
  },
} as const;

/** The rooms of lambda/, from the entry points down to plain values. */
export const lambdaRooms: readonly Room[] = [
  {
    name: 'handlers',
    mayImport: [
      'http',
      'scep',
      'issuance',
      'revocation',
      'admin',
      'aws',
      'audit',
      'ra',
      'deployment',
      'intune',
      'config',
      'ports',
      'core',
    ],
    why: 'A handler wires what the other rooms hold.',
    packages: ['aws'],
  },
  {
    name: 'http',
    mayImport: ['scep', 'config', 'message', 'core'],
    why: 'Data goes one way: http, scep, message, policy, reply. Nothing that issues is reachable.',
  },
  {
    name: 'scep',
    mayImport: ['audit', 'config', 'policy', 'ports', 'message', 'core'],
    why: 'The function on the internet decides up to the Grant and can issue nothing.',
  },
  {
    name: 'issuance',
    mayImport: ['audit', 'policy', 'ports', 'message', 'names', 'asn1', 'core'],
    why: 'Certify reads a stored Grant. It knows neither the request nor its envelope.',
  },
  {
    name: 'revocation',
    mayImport: ['ports', 'core'],
    why: 'Revoke acts on records alone and shares nothing with the rooms that issue.',
  },
  {
    name: 'admin',
    mayImport: ['audit', 'intune', 'policy', 'ports', 'names', 'core'],
    why: 'Admins change challenges. Requests and certificates belong to other rooms.',
  },
  {
    name: 'aws',
    mayImport: ['audit', 'ra', 'deployment', 'policy', 'ports', 'message', 'core'],
    why: 'An adapter implements a port and knows none of the flows that use it.',
    packages: ['aws'],
  },
  {
    name: 'deployment',
    mayImport: ['audit', 'ports', 'core'],
    why: 'A deployment checks a CA, and takes part in no request.',
  },
  {
    name: 'audit',
    mayImport: ['policy', 'ports', 'message', 'names', 'core'],
    why: 'An audit record holds what was decided, and knows no room that decides.',
  },
  {
    name: 'ra',
    mayImport: ['ports', 'message', 'asn1', 'core'],
    why: "Rotation makes the RA's own identity and takes part in no request.",
  },
  {
    name: 'intune',
    mayImport: ['config', 'ports', 'core'],
    why: 'An adapter behind lambda/ports: it knows neither the flow nor AWS.',
    packages: ['oauth'],
  },
  {
    name: 'config',
    mayImport: ['policy', 'message'],
    why: 'Configuration holds values and starts no flow.',
  },
  {
    name: 'policy',
    mayImport: ['ports', 'message', 'names', 'asn1', 'core'],
    why: 'Data goes one way: http, scep, message, policy, reply.',
  },
  {
    name: 'ports',
    mayImport: ['message', 'names', 'core'],
    why: 'A port names values only: no flow and no adapter.',
  },
  {
    name: 'message',
    mayImport: ['names', 'asn1', 'core'],
    why: 'Data goes one way: http, scep, message, policy, reply.',
  },
  {
    name: 'names',
    mayImport: ['asn1'],
    why: 'The table of names is data: requests, policy, lint and the clients read it.',
  },
  {
    name: 'asn1',
    mayImport: ['core'],
    why: 'DER knows no message and no policy.',
    packages: ['asn1'],
  },
  { name: 'node', mayImport: [], why: "It stands for Node's own modules and imports nothing." },
  { name: 'core', mayImport: [], why: 'Values that every room shares import no room.' },
];
