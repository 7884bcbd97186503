/**
 * The pkcsPKIEnvelope of a reply: encrypted to the key that signed the request (docs/rfc8894.md
 * R-10), in the algorithms it came in.
 */
import { createCipheriv, createSecretKey, publicEncrypt } from 'node:crypto';
import { context, tags } from '../asn1/tags.ts';
import { nullValue, octetString, oid, sequence, setOf, smallInteger, tlv } from '../asn1/write.ts';
import {
  type Cipher,
  type Digest,
  type KeyTransport,
  mgf1,
  rsaEncryption,
  rsaesOaep,
  sha1,
} from './algorithms.ts';
import type { Certificate } from './certificate.ts';
import { contentInfo } from './degenerate.ts';
import { oids } from './oids.ts';
import { rsaKeyFor } from './rsa-key.ts';
import type { ReplyAddress } from './signed-data.ts';

/**
 * How a reply is encrypted. Cisco IOS reads no cipher but the one it sent; Windows is answered in
 * OAEP by NDES.
 */
export interface Sealing {
  readonly cipher: Cipher;
  readonly transport: KeyTransport;
}

/** DER of an EnvelopedData for the request's signer. `random` gives the octets for key and IV. */
export function sealReply(
  plaintext: Uint8Array,
  { signer, signerKey }: ReplyAddress,
  { cipher, transport }: Sealing,
  random: (octets: number) => Uint8Array,
): Uint8Array {
  const drawn = random(cipher.keyLength + cipher.blockLength);
  const key = drawn.subarray(0, cipher.keyLength);
  const iv = drawn.subarray(cipher.keyLength);
  const encryptor = createCipheriv(cipher.nodeName, createSecretKey(key), iv);
  const ciphertext = Buffer.concat([encryptor.update(plaintext), encryptor.final()]);
  const recipient = sequence(
    smallInteger(0),
    issuerAndSerialNumber(signer),
    transportIdentifier(transport),
    octetString(publicEncrypt(rsaKeyFor(transport, signerKey), key)),
  );
  const encrypted = sequence(
    oid(oids.data),
    sequence(oid(cipher.oid), octetString(iv)),
    // Primitive, never constructed: iOS crashed on pieces (micromdm issue 76).
    tlv(context(0), ciphertext),
  );
  return contentInfo(oids.envelopedData, sequence(smallInteger(0), setOf(recipient), encrypted));
}

/** The issuerAndSerialNumber that names a certificate. */
export const issuerAndSerialNumber = ({ issuer, serial }: Certificate): Uint8Array =>
  sequence(issuer, tlv(tags.integer, serial));

function transportIdentifier(transport: KeyTransport): Uint8Array {
  if (transport.scheme === 'pkcs1') return sequence(oid(rsaEncryption), nullValue());
  return sequence(oid(rsaesOaep), oaepParameters(transport.digest));
}

/** RFC 4055: SHA-1 is the default of both fields, and DER leaves defaults out, as Windows does. */
function oaepParameters(digest: Digest): Uint8Array {
  if (digest.oid === sha1.oid) return sequence();
  const hash = sequence(oid(digest.oid), nullValue());
  return sequence(
    tlv(context(0, 'constructed'), hash),
    tlv(context(1, 'constructed'), sequence(oid(mgf1), hash)),
  );
}
