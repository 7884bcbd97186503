/**
 * Reads a certificate from the CA into the parts that lint compares with a Grant. It is
 * hand-written, because Certify reads every certificate: pkijs takes 0.5 ms for one and 60 ms to
 * load (npm run bench).
 */
import type { KeyObject } from 'node:crypto';
import { Fault } from '../core/errors.ts';
import { requireSerial } from '../core/serial-number.ts';
import { type IssuedExtensions, readIssuedExtensions } from './issued-extensions.ts';
import { createPublicKeyFromDer } from './public-key.ts';
import { Malformed, type Node, read } from './read.ts';
import { readString } from './strings.ts';
import { tags, toContextTag } from './tags.ts';
import { expect, readElements, readOid, readTime } from './values.ts';

/** An attribute of a certificate's subject, as text. */
export interface IssuedAttribute {
  readonly oid: string;
  readonly text: string;
}

/** Everything that a Grant decides, in comparable form. */
export interface IssuedCertificate extends IssuedExtensions {
  readonly der: Uint8Array;
  /** In the form of core/serial-number.ts, which `RevokeCertificate` takes. */
  readonly serialHex: string;
  readonly subjectPublicKeyInfo: Uint8Array;
  readonly publicKey: KeyObject;
  readonly subject: readonly IssuedAttribute[];
  readonly notBeforeSeconds: number;
  readonly notAfterSeconds: number;
}

/**
 * Reads the first certificate of a PEM text; throws `CertificateUnreadable` if there is no
 * certificate, or if it is malformed.
 */
export function parseIssuedCertificate(pem: string): IssuedCertificate {
  const base64 = /-----BEGIN CERTIFICATE-----([^-]+)-----END CERTIFICATE-----/.exec(pem)?.[1];
  const der = Buffer.from(base64 ?? '', 'base64');
  try {
    return readIssuedCertificate(der);
  } catch (error) {
    // A part that cannot be read must not count as absent.
    if (error instanceof Malformed) throw new Fault('CertificateUnreadable');
    throw error;
  }
}

function readIssuedCertificate(der: Buffer): IssuedCertificate {
  const [tbs] = readElements(read(der), tags.sequence, 'Certificate');
  const fields = readElements(tbs, tags.sequence, 'tbsCertificate');
  // A certificate of version 1 has no version field.
  const first = fields[0]?.tag === toContextTag(0, 'constructed') ? 1 : 0;
  const [serial, , , validity, subject, spki, ...rest] = fields.slice(first);
  const [notBefore, notAfter] = readElements(validity, tags.sequence, 'validity');
  const subjectPublicKeyInfo = expect(spki, tags.sequence, 'spki').bytes;
  return {
    der,
    serialHex: requireSerial(toHex(expect(serial, tags.integer, 'serialNumber').content)),
    subjectPublicKeyInfo,
    publicKey: createKey(subjectPublicKeyInfo),
    subject: readSubject(expect(subject, tags.sequence, 'subject')),
    ...readIssuedExtensions(rest),
    notBeforeSeconds: readTime(notBefore, 'notBefore'),
    notAfterSeconds: readTime(notAfter, 'notAfter'),
  };
}

const toHex = (octets: Uint8Array): string => Buffer.from(octets).toString('hex');

function createKey(spki: Uint8Array): KeyObject {
  try {
    return createPublicKeyFromDer(spki);
  } catch {
    throw new Malformed('spki');
  }
}

const readSubject = (name: Node): readonly IssuedAttribute[] =>
  name.children.flatMap((set) =>
    readElements(set, tags.set, 'RelativeDistinguishedName').map((attribute) => {
      const [type, value] = readElements(attribute, tags.sequence, 'AttributeTypeAndValue');
      const { text } = readString(value, 'attributeValue');
      return { oid: readOid(type, 'attributeType'), text };
    }),
  );
