import { createHash } from 'node:crypto';
import {
  bitString,
  boolean,
  integer,
  nothing,
  octetString,
  oid,
  sequence,
  stringTypes,
  tagged,
  taggedPrimitive,
} from './der.ts';
import { children, contentOf } from './elements.ts';

const ascii = (text: string) => Buffer.from(text, 'latin1');

/** An Extension around the DER of its value. */
export function extension(dotted: string, critical: boolean, value: Uint8Array): Uint8Array {
  return sequence(oid(dotted), critical ? boolean(true) : nothing(), octetString(value));
}

const keyUsageBits = [
  'digitalSignature',
  'nonRepudiation',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
] as const;

/** A keyUsage bit by its RFC 5280 name. */
export type KeyUsage = (typeof keyUsageBits)[number];

/** keyUsage, critical unless told otherwise. */
export function keyUsage(usages: readonly KeyUsage[], critical = true): Uint8Array {
  const bits = usages.map((usage) => keyUsageBits.indexOf(usage));
  const byte = bits.reduce((sum, bit) => sum | (0x80 >> bit), 0);
  const unused = bits.length === 0 ? 0 : 7 - Math.max(...bits);
  const content = bits.length === 0 ? nothing() : Uint8Array.of(byte);
  return extension('2.5.29.15', critical, bitString(content, unused));
}

/** basicConstraints, critical: a CA (with its path length) or not. */
export function basicConstraints(ca: boolean, pathLength?: number): Uint8Array {
  const limit = pathLength === undefined ? nothing() : integer(pathLength);
  return extension('2.5.29.19', true, sequence(ca ? boolean(true) : nothing(), limit));
}

/** extendedKeyUsage of dotted purposes (clientAuth is 1.3.6.1.5.5.7.3.2). */
export const extendedKeyUsage = (...purposes: readonly string[]) =>
  extension('2.5.29.37', false, sequence(...purposes.map(oid)));

/**
 * The SHA-1 of a SubjectPublicKeyInfo's key bits, as RFC 5280 4.2.1.2 (1) makes key identifiers.
 */
export function keyIdentifier(spki: Uint8Array): Uint8Array {
  const bits = contentOf(children(spki)[1] ?? spki).subarray(1);
  return new Uint8Array(createHash('sha1').update(bits).digest());
}

/** subjectKeyIdentifier. */
export const subjectKeyIdentifier = (id: Uint8Array) =>
  extension('2.5.29.14', false, octetString(id));

/** authorityKeyIdentifier; Windows' SCEP signer certificate marks it critical. */
export const authorityKeyIdentifier = (id: Uint8Array, critical = false) =>
  extension('2.5.29.35', critical, sequence(taggedPrimitive(0, id)));

/** GeneralNames, one maker for each kind. */
export const generalName = {
  dns: (text: string) => taggedPrimitive(2, ascii(text)),
  email: (text: string) => taggedPrimitive(1, ascii(text)),
  uri: (text: string) => taggedPrimitive(6, ascii(text)),
  ip: (...octets: readonly number[]) => taggedPrimitive(7, Uint8Array.from(octets)),
  directory: (encodedName: Uint8Array) => tagged(4, encodedName),
  registeredId: (dotted: string) => taggedPrimitive(8, oid(dotted).subarray(2)),
  other: (dotted: string, value: Uint8Array) => tagged(0, oid(dotted), tagged(0, value)),
  /** A Microsoft user principal name. */
  upn: (text: string) =>
    tagged(0, oid('1.3.6.1.4.1.311.20.2.3'), tagged(0, stringTypes.utf8(text))),
} as const;

/** cRLDistributionPoints: one point, whose list is at any of these URIs. */
export const crlDistributionPoints = (...uris: readonly string[]) =>
  extension(
    '2.5.29.31',
    false,
    sequence(sequence(tagged(0, tagged(0, ...uris.map(generalName.uri))))),
  );

const accessMethods = { ocsp: '1.3.6.1.5.5.7.48.1', caIssuers: '1.3.6.1.5.5.7.48.2' } as const;

/** authorityInfoAccess: a method and a URI each, in order. */
export const authorityInformationAccess = (
  ...descriptions: readonly (readonly [method: keyof typeof accessMethods, uri: string])[]
) =>
  extension(
    '1.3.6.1.5.5.7.1.1',
    false,
    sequence(
      ...descriptions.map(([method, uri]) =>
        sequence(oid(accessMethods[method]), generalName.uri(uri)),
      ),
    ),
  );

/** certificatePolicies: policies with their encoded qualifiers. */
export const certificatePolicies = (
  ...policies: readonly { readonly oid: string; readonly qualifiers: readonly Uint8Array[] }[]
) =>
  extension(
    '2.5.29.32',
    false,
    sequence(
      ...policies.map((policy) => sequence(oid(policy.oid), sequence(...policy.qualifiers))),
    ),
  );

/** A policy qualifier that gives the address of the practice statement. */
export const practiceStatement = (uri: string) =>
  sequence(oid('1.3.6.1.5.5.7.2.1'), stringTypes.ia5(uri));

/** A policy qualifier with a text, in the BMPString that Microsoft's CA writes. */
export const userNotice = (text: string) =>
  sequence(oid('1.3.6.1.5.5.7.2.2'), sequence(stringTypes.bmp(text)));

/** subjectAltName of general names. */
export const subjectAltName = (names: readonly Uint8Array[], critical = false) =>
  extension('2.5.29.17', critical, sequence(...names));

/** Microsoft's SID extension (KB5014754), which a CSR must not be able to smuggle in. */
export const microsoftSid = (sid: string) =>
  extension(
    '1.3.6.1.4.1.311.25.2',
    false,
    sequence(tagged(0, oid('1.3.6.1.4.1.311.25.2.1'), tagged(0, octetString(ascii(sid))))),
  );
