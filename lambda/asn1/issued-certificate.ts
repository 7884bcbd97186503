/**
 * A certificate as the CA made it, taken apart into what lint compares. It is read by hand because
 * every round of Certify that ends with a certificate does it: pkijs takes 0.5 ms for it and 60 ms
 * to load (npm run bench).
 */
import type { KeyObject } from 'node:crypto';
import { Fault } from '../core/errors.ts';
import { requireSerial } from '../core/serial-number.ts';
import { createPublicKeyFromDer } from './public-key.ts';
import { Malformed, type Node, read } from './read.ts';
import { decodeIa5, readString } from './strings.ts';
import { tags, toContextTag } from './tags.ts';
import { expect, readElements, readOctets, readOid, readTime } from './values.ts';

/** An attribute of a certificate's subject, as text. */
export interface IssuedAttribute {
  readonly oid: string;
  readonly text: string;
}

/** An alternative name of a certificate: a kind that a Grant can say, or `other`. */
export interface IssuedName {
  readonly kind: 'dns' | 'email' | 'uri' | 'ip' | 'upn' | 'other';
  readonly text: string;
}

/** All that a Grant decides, in comparable form. */
export interface IssuedCertificate {
  readonly der: Uint8Array;
  /** In the form of lambda/core/serial-number.ts, as `RevokeCertificate` takes it. */
  readonly serialHex: string;
  readonly subjectPublicKeyInfo: Uint8Array;
  readonly publicKey: KeyObject;
  readonly subject: readonly IssuedAttribute[];
  readonly alternativeNames: readonly IssuedName[];
  readonly keyUsage: readonly string[];
  /** As OIDs. */
  readonly extendedKeyUsage: readonly string[];
  /** Each as its OID, and behind a space the URI of each CPS qualifier. */
  readonly certificatePolicies: readonly string[];
  readonly isCa: boolean;
  /**
   * OIDs of extensions that come twice, or that neither a Grant nor a CA's own set-up accounts for.
   */
  readonly strangeExtensions: readonly string[];
  readonly notBeforeSeconds: number;
  readonly notAfterSeconds: number;
}

const extensionIds = {
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  certificatePolicies: '2.5.29.32',
  extendedKeyUsage: '2.5.29.37',
} as const;

/**
 * What a certificate of ours has: the five a Grant decides, and what the CA adds (SKI, AKI, where
 * its CRL and OCSP are).
 */
const expectedExtensions: ReadonlySet<string> = new Set([
  ...Object.values(extensionIds),
  '2.5.29.14',
  '2.5.29.35',
  '2.5.29.31',
  '1.3.6.1.5.5.7.1.1',
]);

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

/** Reads the first certificate of a PEM text; throws `CertificateUnreadable` for anything else. */
export function parseIssuedCertificate(pem: string): IssuedCertificate {
  const base64 = /-----BEGIN CERTIFICATE-----([^-]+)-----END CERTIFICATE-----/.exec(pem)?.[1];
  const der = Buffer.from(base64 ?? '', 'base64');
  try {
    return certificateOf(der);
  } catch (error) {
    // What is there and cannot be read must not pass for absent.
    if (error instanceof Malformed) throw new Fault('CertificateUnreadable');
    throw error;
  }
}

function certificateOf(der: Buffer): IssuedCertificate {
  const [tbs] = readElements(read(der), tags.sequence, 'Certificate');
  const fields = readElements(tbs, tags.sequence, 'tbsCertificate');
  // Version 1 has no field for it.
  const first = fields[0]?.tag === toContextTag(0, 'constructed') ? 1 : 0;
  const [serial, , , validity, subject, spki, ...rest] = fields.slice(first);
  const [notBefore, notAfter] = readElements(validity, tags.sequence, 'validity');
  const extensions = extensionsOf(rest);
  const subjectPublicKeyInfo = expect(spki, tags.sequence, 'spki').bytes;
  return {
    der,
    serialHex: requireSerial(hex(expect(serial, tags.integer, 'serialNumber').content)),
    subjectPublicKeyInfo,
    publicKey: publicKeyOf(subjectPublicKeyInfo),
    subject: namesIn(expect(subject, tags.sequence, 'subject')),
    alternativeNames: alternativeNames(extensions.values.get(extensionIds.subjectAltName)),
    keyUsage: keyUsage(extensions.values.get(extensionIds.keyUsage)),
    extendedKeyUsage: extendedKeyUsage(extensions.values.get(extensionIds.extendedKeyUsage)),
    certificatePolicies: policies(extensions.values.get(extensionIds.certificatePolicies)),
    isCa: isCa(extensions.values.get(extensionIds.basicConstraints)),
    strangeExtensions: extensions.strange,
    notBeforeSeconds: readTime(notBefore, 'notBefore'),
    notAfterSeconds: readTime(notAfter, 'notAfter'),
  };
}

const hex = (octets: Uint8Array): string => Buffer.from(octets).toString('hex');

function publicKeyOf(spki: Uint8Array): KeyObject {
  try {
    return createPublicKeyFromDer(spki);
  } catch {
    throw new Malformed('spki');
  }
}

const namesIn = (name: Node): readonly IssuedAttribute[] =>
  name.children.flatMap((set) =>
    readElements(set, tags.set, 'RelativeDistinguishedName').map((attribute) => {
      const [type, value] = readElements(attribute, tags.sequence, 'AttributeTypeAndValue');
      const { text } = readString(value, 'attributeValue');
      return { oid: readOid(type, 'attributeType'), text };
    }),
  );

/** The values of the expected extensions, read as DER, and the OIDs of the others. */
function extensionsOf(fields: readonly Node[]) {
  const [list] = fields.find(({ tag }) => tag === toContextTag(3, 'constructed'))?.children ?? [];
  const values = new Map<string, Node>();
  const strange: string[] = [];
  for (const extension of list === undefined
    ? []
    : readElements(list, tags.sequence, 'extensions')) {
    const [id, ...rest] = readElements(extension, tags.sequence, 'Extension');
    const oid = readOid(id, 'extnID');
    if (values.has(oid) || !expectedExtensions.has(oid)) strange.push(oid);
    else values.set(oid, read(readOctets(rest.at(-1), 'extnValue')));
  }
  return { values, strange };
}

/** Bit 0 is the highest of the first octet. */
function keyUsage(value: Node | undefined): readonly string[] {
  if (value === undefined) return [];
  const { content } = expect(value, tags.bitString, 'keyUsage');
  const bits = content.subarray(1);
  return keyUsageNames.filter((_, bit) => ((bits[bit >> 3] ?? 0) & (0x80 >> (bit & 7))) !== 0);
}

function extendedKeyUsage(value: Node | undefined): readonly string[] {
  if (value === undefined) return [];
  const purposes = readElements(value, tags.sequence, 'extKeyUsage');
  return purposes.map((purpose) => readOid(purpose, 'keyPurposeId'));
}

/** RFC 5280 section 4.2.1.4. A qualifier that is not a CPS stands as its OID. */
function policies(value: Node | undefined): readonly string[] {
  if (value === undefined) return [];
  return readElements(value, tags.sequence, 'certificatePolicies').map((policy) => {
    const [id, list] = readElements(policy, tags.sequence, 'PolicyInformation');
    const qualifiers =
      list === undefined ? [] : readElements(list, tags.sequence, 'policyQualifiers');
    return [readOid(id, 'policyIdentifier'), ...qualifiers.map(qualifierOf)].join(' ');
  });
}

const cps = '1.3.6.1.5.5.7.2.1';

function qualifierOf(node: Node): string {
  const [id, qualifier] = readElements(node, tags.sequence, 'PolicyQualifierInfo');
  const oid = readOid(id, 'policyQualifierId');
  return oid === cps ? decodeIa5(expect(qualifier, tags.ia5String, 'cPSuri').content) : oid;
}

function isCa(value: Node | undefined): boolean {
  if (value === undefined) return false;
  const [first] = readElements(value, tags.sequence, 'basicConstraints');
  return first?.tag === tags.boolean && first.content[0] !== 0;
}

const textKinds: Readonly<Record<number, IssuedName['kind']>> = {
  [toContextTag(1)]: 'email',
  [toContextTag(2)]: 'dns',
  [toContextTag(6)]: 'uri',
};

function alternativeNames(value: Node | undefined): readonly IssuedName[] {
  if (value === undefined) return [];
  return readElements(value, tags.sequence, 'GeneralNames').map(({ tag, content, children }) => {
    const kind = textKinds[tag];
    if (kind !== undefined) return { kind, text: decodeIa5(content) };
    if (tag === toContextTag(7)) return { kind: 'ip', text: addressOf(content) };
    if (tag === toContextTag(0, 'constructed')) return otherNameOf(children);
    return { kind: 'other', text: String(tag & 0x1f) };
  });
}

const userPrincipalName = '1.3.6.1.4.1.311.20.2.3';

/** A user principal name as a UTF8String, or what no Grant says. */
function otherNameOf([id, explicit]: readonly Node[]): IssuedName {
  const [name] = explicit?.children ?? [];
  const isUpn = readOid(id, 'type-id') === userPrincipalName && name?.tag === tags.utf8String;
  if (!isUpn) return { kind: 'other', text: '0' };
  return { kind: 'upn', text: readString(name, 'userPrincipalName').text };
}

function addressOf(octets: Uint8Array): string {
  if (octets.length === 4) return octets.join('.');
  const groups = Array.from({ length: octets.length / 2 }, (_, group) =>
    Buffer.from(octets)
      .readUInt16BE(group * 2)
      .toString(16),
  );
  return groups.join(':');
}
