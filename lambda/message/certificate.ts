/**
 * Reads the parts of an X.509 certificate that CMS needs. The reader is lenient, because devices
 * send certificates that strict parsers refuse.
 */
import type { KeyObject } from 'node:crypto';
import { createPublicKeyFromDer, type RsaNumbers } from '../asn1/public-key.ts';
import { Malformed, type Node, read } from '../asn1/read.ts';
import { tags, toContextTag } from '../asn1/tags.ts';
import { expect, readElements, readOctets, readOid } from '../asn1/values.ts';
import { oids } from './oids.ts';

/** A certificate of the sender or of the recipient. All parts are DER as received. */
export interface Certificate {
  readonly der: Uint8Array;
  readonly issuer: Uint8Array;
  /** The content octets of the serial number. */
  readonly serial: Uint8Array;
  readonly subject: Uint8Array;
  readonly subjectPublicKeyInfo: Uint8Array;
  readonly subjectKeyIdentifier?: Uint8Array;
}

/**
 * Reads a certificate; throws `Malformed`. It checks no signature, date or extension, because the
 * signer of a PKCSReq proves nothing but its key. certmonger signs with a certificate of version 1,
 * and Windows with one whose AKI is critical.
 */
export const parseCertificate = (der: Uint8Array): Certificate => readCertificate(read(der));

/** `parseCertificate` for a certificate inside a larger structure. */
export function readCertificate(node: Node): Certificate {
  const [tbs] = readElements(node, tags.sequence, 'certificate');
  const fields = readElements(tbs, tags.sequence, 'tbsCertificate');
  const first = fields[0]?.tag === toContextTag(0, 'constructed') ? 1 : 0;
  const [serial, , issuer, , subject, subjectPublicKeyInfo, ...rest] = fields.slice(first);
  const keyIdentifier = readSubjectKeyIdentifier(rest);
  return {
    der: node.bytes,
    serial: expect(serial, tags.integer, 'serialNumber').content,
    issuer: expect(issuer, tags.sequence, 'issuer').bytes,
    subject: expect(subject, tags.sequence, 'subject').bytes,
    subjectPublicKeyInfo: expect(subjectPublicKeyInfo, tags.sequence, 'spki').bytes,
    ...(keyIdentifier && { subjectKeyIdentifier: keyIdentifier }),
  };
}

function readSubjectKeyIdentifier(fields: readonly Node[]): Uint8Array | undefined {
  const [extensions] =
    fields.find(({ tag }) => tag === toContextTag(3, 'constructed'))?.children ?? [];
  const row = extensions?.children.find(
    ({ children: [id] }) =>
      id?.tag === tags.oid && readOid(id, 'extnID') === oids.subjectKeyIdentifier,
  );
  const value = row?.children.at(-1);
  return value && readOctets(read(readOctets(value, 'extnValue')), 'subjectKeyIdentifier');
}

/**
 * Twice the size of an RSA key of 16,384 bits, so that policy still refuses such a key by its
 * length. Node spends 400 ms on the details of a key with an exponent of 50 KB (measured).
 */
const maxPublicKeyBytes = 4096;

/**
 * The public key of a SubjectPublicKeyInfo. Throws `Malformed` for a key that OpenSSL refuses, and
 * for more than 4 KiB.
 */
export function readPublicKey(subjectPublicKeyInfo: Uint8Array): KeyObject {
  if (subjectPublicKeyInfo.length > maxPublicKeyBytes) throw new Malformed('public key');
  try {
    return createPublicKeyFromDer(subjectPublicKeyInfo);
  } catch {
    throw new Malformed('public key');
  }
}

/**
 * The bound of FIPS 186-4. A verification raises the signature to this exponent. With an exponent
 * as long as the modulus, it would cost as much as signing.
 */
const exponentLimit = 2n ** 256n;

/** Whether an RSA public exponent is short enough to verify with. */
export const hasShortExponent = ({ exponent }: RsaNumbers): boolean => exponent < exponentLimit;
