/** The extensions of an issued certificate, in the form that lint compares with a Grant. */
import { type GeneralName, readGeneralName } from './general-names.ts';
import { type Node, read } from './read.ts';
import { decodeIa5 } from './strings.ts';
import { tags, toContextTag } from './tags.ts';
import { expect, readElements, readOctets, readOid } from './values.ts';

/** The values of the extensions that a Grant decides; an absent extension has an empty value. */
export interface IssuedExtensions {
  readonly alternativeNames: readonly GeneralName[];
  /** By their names in RFC 5280 section 4.2.1.3. */
  readonly keyUsage: readonly string[];
  /** As OIDs. */
  readonly extendedKeyUsage: readonly string[];
  /** Each as its OID; the URI of each CPS qualifier follows after a space. */
  readonly certificatePolicies: readonly string[];
  readonly isCa: boolean;
  /** OIDs of repeated extensions, and of extensions that neither a Grant nor the CA adds. */
  readonly unexpectedExtensions: readonly string[];
}

const extensionIds = {
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  certificatePolicies: '2.5.29.32',
  extendedKeyUsage: '2.5.29.37',
} as const;

/** The extensions that a Grant decides, and those that the CA adds: SKI, AKI, CRL and OCSP URLs. */
const expectedExtensions: ReadonlySet<string> = new Set([
  ...Object.values(extensionIds),
  '2.5.29.14',
  '2.5.29.35',
  '2.5.29.31',
  '1.3.6.1.5.5.7.1.1',
]);

/** Reads the extensions among the last fields of a TBSCertificate; throws `Malformed`. */
export function readIssuedExtensions(fields: readonly Node[]): IssuedExtensions {
  const { values, unexpected } = sortExtensions(fields);
  return {
    alternativeNames: readNames(values.get(extensionIds.subjectAltName)),
    keyUsage: readKeyUsage(values.get(extensionIds.keyUsage)),
    extendedKeyUsage: readExtendedKeyUsage(values.get(extensionIds.extendedKeyUsage)),
    certificatePolicies: readPolicies(values.get(extensionIds.certificatePolicies)),
    isCa: isCa(values.get(extensionIds.basicConstraints)),
    unexpectedExtensions: unexpected,
  };
}

/** The values of the expected extensions, read as DER, and the OIDs of all others. */
function sortExtensions(fields: readonly Node[]) {
  const [list] = fields.find(({ tag }) => tag === toContextTag(3, 'constructed'))?.children ?? [];
  const values = new Map<string, Node>();
  const unexpected: string[] = [];
  for (const extension of list === undefined
    ? []
    : readElements(list, tags.sequence, 'extensions')) {
    const [id, ...rest] = readElements(extension, tags.sequence, 'Extension');
    const oid = readOid(id, 'extnID');
    if (values.has(oid) || !expectedExtensions.has(oid)) unexpected.push(oid);
    else values.set(oid, read(readOctets(rest.at(-1), 'extnValue')));
  }
  return { values, unexpected };
}

const readNames = (value: Node | undefined): readonly GeneralName[] =>
  value === undefined
    ? []
    : readElements(value, tags.sequence, 'GeneralNames').map(readGeneralName);

/** In the order of their bits (RFC 5280 section 4.2.1.3). */
const keyUsageNames = [
  'digitalSignature',
  'nonRepudiation',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
  'decipherOnly',
];

/** Bit 0 is the highest bit of the first octet. */
function readKeyUsage(value: Node | undefined): readonly string[] {
  if (value === undefined) return [];
  const { content } = expect(value, tags.bitString, 'keyUsage');
  const bits = content.subarray(1);
  return keyUsageNames.filter((_, bit) => ((bits[bit >> 3] ?? 0) & (0x80 >> (bit & 7))) !== 0);
}

function readExtendedKeyUsage(value: Node | undefined): readonly string[] {
  if (value === undefined) return [];
  const purposes = readElements(value, tags.sequence, 'extKeyUsage');
  return purposes.map((purpose) => readOid(purpose, 'keyPurposeId'));
}

/** Reads certificatePolicies (RFC 5280 section 4.2.1.4). */
function readPolicies(value: Node | undefined): readonly string[] {
  if (value === undefined) return [];
  return readElements(value, tags.sequence, 'certificatePolicies').map((policy) => {
    const [id, list] = readElements(policy, tags.sequence, 'PolicyInformation');
    const qualifiers =
      list === undefined ? [] : readElements(list, tags.sequence, 'policyQualifiers');
    return [readOid(id, 'policyIdentifier'), ...qualifiers.map(readQualifier)].join(' ');
  });
}

const cps = '1.3.6.1.5.5.7.2.1';

/** The URI of a CPS qualifier; the OID of any other qualifier. */
function readQualifier(node: Node): string {
  const [id, qualifier] = readElements(node, tags.sequence, 'PolicyQualifierInfo');
  const oid = readOid(id, 'policyQualifierId');
  return oid === cps ? decodeIa5(expect(qualifier, tags.ia5String, 'cPSuri').content) : oid;
}

function isCa(value: Node | undefined): boolean {
  if (value === undefined) return false;
  const [first] = readElements(value, tags.sequence, 'basicConstraints');
  return first?.tag === tags.boolean && first.content[0] !== 0;
}
