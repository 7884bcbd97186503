/**
 * Encrypts the pkcsPKIEnvelope of a reply to the key that signed the request (docs/rfc8894.md
 * R-10), with the algorithms of the request.
 */
import { createCipheriv, createSecretKey, publicEncrypt } from 'node:crypto';
import { tags, toContextTag } from '../asn1/tags.ts';
import {
  encodeNull,
  encodeOctetString,
  encodeOid,
  encodeSequence,
  encodeSetOf,
  encodeSmallInteger,
  encodeTlv,
} from '../asn1/write.ts';
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
import { encodeContentInfo } from './degenerate.ts';
import { oids } from './oids.ts';
import { createRsaKey } from './rsa-key.ts';
import type { ReplyAddress } from './signed-data.ts';

/**
 * The algorithms of a reply. Cisco IOS decrypts only the cipher that it sent, and NDES answers
 * Windows with OAEP.
 */
export interface ReplyEncryption {
  readonly cipher: Cipher;
  readonly transport: KeyTransport;
}

/** The EnvelopedData for the signer of the request, in DER. `random` gives the key and the IV. */
export function encryptReply(
  plaintext: Uint8Array,
  { signer, signerKey }: ReplyAddress,
  { cipher, transport }: ReplyEncryption,
  random: (octets: number) => Uint8Array,
): Uint8Array {
  const drawn = random(cipher.keyLength + cipher.blockLength);
  const key = drawn.subarray(0, cipher.keyLength);
  const iv = drawn.subarray(cipher.keyLength);
  const encryptor = createCipheriv(cipher.nodeName, createSecretKey(key), iv);
  const ciphertext = Buffer.concat([encryptor.update(plaintext), encryptor.final()]);
  const recipient = encodeSequence(
    encodeSmallInteger(0),
    encodeIssuerAndSerialNumber(signer),
    encodeTransport(transport),
    encodeOctetString(publicEncrypt(createRsaKey(transport, signerKey), key)),
  );
  const encrypted = encodeSequence(
    encodeOid(oids.data),
    encodeSequence(encodeOid(cipher.oid), encodeOctetString(iv)),
    // Primitive, because iOS crashed on a constructed ciphertext (micromdm issue 76).
    encodeTlv(toContextTag(0), ciphertext),
  );
  return encodeContentInfo(
    oids.envelopedData,
    encodeSequence(encodeSmallInteger(0), encodeSetOf(recipient), encrypted),
  );
}

/** The issuerAndSerialNumber that names a certificate. */
export const encodeIssuerAndSerialNumber = ({ issuer, serial }: Certificate): Uint8Array =>
  encodeSequence(issuer, encodeTlv(tags.integer, serial));

function encodeTransport(transport: KeyTransport): Uint8Array {
  if (transport.scheme === 'pkcs1') return encodeSequence(encodeOid(rsaEncryption), encodeNull());
  return encodeSequence(encodeOid(rsaesOaep), encodeOaepParameters(transport.digest));
}

/** SHA-1 is the default of both fields (RFC 4055), and DER omits defaults, as Windows does. */
function encodeOaepParameters(digest: Digest): Uint8Array {
  if (digest.oid === sha1.oid) return encodeSequence();
  const hash = encodeSequence(encodeOid(digest.oid), encodeNull());
  return encodeSequence(
    encodeTlv(toContextTag(0, 'constructed'), hash),
    encodeTlv(toContextTag(1, 'constructed'), encodeSequence(encodeOid(mgf1), hash)),
  );
}
