/** The parts of an X.509 certificate that CMS needs, read leniently: devices send certificates strict parsers refuse. */
import { createPublicKey, type KeyObject } from 'node:crypto';
import { Malformed, type Node, read } from '../asn1/read.ts';
import { context, tags } from '../asn1/tags.ts';
import { elements, expect, octetsOf, oidOf } from '../asn1/values.ts';
import { oids } from './oids.ts';

/** A certificate as a party of a message. All parts are DER as received. */
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
 * Reads a certificate; throws `Malformed`. Checks no signature, no date and no extension: certmonger signs with a
 * version 1 certificate, Windows with one whose AKI is critical, and the signer of a PKCSReq proves nothing but its key.
 */
export const readCertificate = (der: Uint8Array): Certificate => certificateOf(read(der));

/** The same for a certificate inside a larger structure. */
export function certificateOf(node: Node): Certificate {
  const [tbs] = elements(node, tags.sequence, 'certificate');
  const fields = elements(tbs, tags.sequence, 'tbsCertificate');
  const first = fields[0]?.tag === context(0, 'constructed') ? 1 : 0;
  const [serial, , issuer, , subject, subjectPublicKeyInfo, ...rest] = fields.slice(first);
  const keyIdentifier = subjectKeyIdentifierOf(rest);
  return {
    der: node.bytes,
    serial: expect(serial, tags.integer, 'serialNumber').content,
    issuer: expect(issuer, tags.sequence, 'issuer').bytes,
    subject: expect(subject, tags.sequence, 'subject').bytes,
    subjectPublicKeyInfo: expect(subjectPublicKeyInfo, tags.sequence, 'spki').bytes,
    ...(keyIdentifier && { subjectKeyIdentifier: keyIdentifier }),
  };
}

function subjectKeyIdentifierOf(fields: readonly Node[]): Uint8Array | undefined {
  const [extensions] = fields.find(({ tag }) => tag === context(3, 'constructed'))?.children ?? [];
  const row = extensions?.children.find(
    ({ children: [id] }) =>
      id?.tag === tags.oid && oidOf(id, 'extnID') === oids.subjectKeyIdentifier,
  );
  const value = row?.children.at(-1);
  return value && octetsOf(read(octetsOf(value, 'extnValue')), 'subjectKeyIdentifier');
}

/** The public key of a SubjectPublicKeyInfo, decided by OpenSSL; throws `Malformed` for what it refuses. */
export function publicKeyOf(subjectPublicKeyInfo: Uint8Array): KeyObject {
  try {
    return createPublicKey({ key: Buffer.from(subjectPublicKeyInfo), format: 'der', type: 'spki' });
  } catch {
    throw new Malformed('public key');
  }
}

/** The bits of an RSA modulus, or undefined for a key of another kind. */
export const rsaBits = (key: KeyObject): number | undefined =>
  key.asymmetricKeyType === 'rsa' ? key.asymmetricKeyDetails?.modulusLength : undefined;
