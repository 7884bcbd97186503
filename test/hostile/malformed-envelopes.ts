/** Envelopes that do not open, each for a different reason. Their answers must not differ. */
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { nested } from '../support/kit/ber.ts';
import { ciphers } from '../support/kit/ciphers.ts';
import { buildCsr, type CsrOptions } from '../support/kit/csr.ts';
import {
  asnNull,
  bitString,
  concat,
  integer,
  octetString,
  oid,
  sequence,
  tlv,
} from '../support/kit/der.ts';
import { flipped } from '../support/kit/elements.ts';
import { ecKey, rsaKey, type TestKey } from '../support/kit/keys.ts';
import { cn, name } from '../support/kit/names.ts';
import { oids } from '../support/kit/oids.ts';
import { type PkcsReqOptions, selfSigned } from '../support/kit/pkcs-req.ts';
import { transportAlgorithm } from '../support/kit/recipient.ts';

/** The defect, and the options of a message with the defect, for a challenge. */
export type Kind = readonly [
  defect: string,
  message: (challenge: string) => Partial<PkcsReqOptions>,
];

const bytes = (length: number) => new Uint8Array(randomBytes(length));
/** A message with a changed encrypted key. */
export const key =
  (alterEncryptedKey: (encrypted: Uint8Array) => Uint8Array, transport?: 'oaep-sha256') => () => ({
    recipient: { alterEncryptedKey, ...(transport && { transport }) },
  });
const withContent = (content: Uint8Array) => () => ({ envelope: { content } });
/** A message with a changed CSR. */
const csr =
  (options: CsrOptions, change: (der: Uint8Array) => Uint8Array = (der) => der) =>
  (challenge: string) => ({
    csrBytes: change(buildCsr({ challenges: [challenge], key: rsaKey(), ...options })),
  });
/** A message whose CSR has other padding octets. */
const padding = (last: number) => (challenge: string) => {
  const der = buildCsr({ challenges: [challenge], key: rsaKey() });
  const fill = new Uint8Array(16 - (der.length % 16)).fill(last);
  return { envelope: { content: concat(der, fill), padded: false } };
};
/** A message whose CSR fills its blocks and has no padding. */
const unpadded = (challenge: string) => {
  const subject = (length: number) => name(cn('d'.repeat(length)));
  const csrOf = (length: number) =>
    buildCsr({ challenges: [challenge], key: rsaKey(), subject: subject(length) });
  const length = Array.from({ length: 16 }, (_, more) => 1 + more).find(
    (one) => csrOf(one).length % 16 === 0,
  );
  return { envelope: { content: csrOf(length ?? 0), padded: false } };
};
/** A message with a CSR of a key that cannot verify. */
const withKey = (spki: Uint8Array) => () => {
  const info = sequence(integer(0), sequence(), spki);
  const algorithm = sequence(oid(oids.sha256WithRsa), asnNull());
  return withContent(sequence(info, algorithm, bitString(bytes(256))))();
};
const rsaSpki = (modulus: Uint8Array, exponent: Uint8Array) =>
  sequence(
    sequence(oid(oids.rsaEncryption), asnNull()),
    bitString(sequence(integer(modulus), integer(exponent))),
  );
const spkiOf = (type: 'ed25519' | 'x25519') =>
  new Uint8Array(
    generateKeyPairSync(type as 'ed25519').publicKey.export({ type: 'spki', format: 'der' }),
  );

const thief: TestKey = rsaKey(2048, 'thief');

/** Every kind of defect. */
export const kinds: readonly Kind[] = [
  ['a corrupted RSA ciphertext', key((encrypted) => flipped(encrypted))],
  ['an RSA ciphertext of zeros', key((encrypted) => new Uint8Array(encrypted.length))],
  ['an RSA ciphertext larger than the modulus', key((encrypted) => encrypted.map(() => 255))],
  [
    'an RSA ciphertext longer than the modulus',
    key((encrypted) => concat(Uint8Array.of(0), encrypted)),
  ],
  ['an RSA ciphertext too short', key((encrypted) => encrypted.subarray(1))],
  ['no RSA ciphertext', key(() => new Uint8Array())],
  ['OAEP, corrupted', key((encrypted) => flipped(encrypted), 'oaep-sha256')],
  [
    'PKCS#1 v1.5 under the OID of OAEP',
    () => ({ recipient: { transportAlgorithm: transportAlgorithm('oaep-sha1') } }),
  ],
  [
    'OAEP under the OID of PKCS#1 v1.5',
    () => ({
      recipient: { transport: 'oaep-sha1', transportAlgorithm: transportAlgorithm('pkcs1') },
    }),
  ],
  ['a key of 17 octets', () => ({ envelope: { transportedKey: bytes(17) } })],
  ['a key of no octets', () => ({ envelope: { transportedKey: bytes(0) } })],
  ['a wrong key of 16 octets', () => ({ envelope: { transportedKey: bytes(16) } })],
  [
    'a key of 32 octets under the OID of AES-128',
    () => ({ envelope: { cipher: 'aes256', cipherOid: ciphers.aes128.oid } }),
  ],
  ['a different IV', () => ({ envelope: { cipherParameter: octetString(bytes(16)) } })],
  ['a changed last block', () => ({ envelope: { alterCiphertext: flipped } })],
  ['a changed first block', () => ({ envelope: { alterCiphertext: (text) => flipped(text, 0) } })],
  [
    'a missing last block',
    () => ({ envelope: { alterCiphertext: (text) => text.subarray(0, -16) } }),
  ],
  ['padding of 0', padding(0)],
  ['padding of 17', padding(17)],
  ['padding of 255', padding(255)],
  ['padding octets that differ from their count', padding(2)],
  ['no padding', unpadded],
  ['no content', withContent(new Uint8Array())],
  ['random octets inside', withContent(bytes(700))],
  ['a certificate inside', withContent(selfSigned(thief))],
  ['names inside', withContent(sequence(sequence(), sequence()))],
  ['1,000 levels inside', withContent(nested(1000))],
  ['4,000 elements inside', withContent(sequence(...Array.from({ length: 4000 }, asnNull)))],
  ['an odd BMPString inside', withContent(sequence(tlv(0x1e, bytes(3))))],
  ['a bad GeneralizedTime inside', withContent(sequence(tlv(0x18, Buffer.from('soon'))))],
  ['a bad UniversalString inside', withContent(sequence(tlv(0x1c, bytes(3))))],
  ['a constructed UTF8String inside', withContent(sequence(tlv(0x2c, asnNull())))],
  ['a constructed time inside', withContent(sequence(tlv(0x37, asnNull())))],
  ['a CSR with a bad self-signature', csr({ corruptSignature: true })],
  ['a CSR signed by another key', csr({ signWith: thief.privateKey })],
  ['a CSR signed with MD5', csr({ digest: 'md5' })],
  ['a CSR of an EC key with a bad self-signature', csr({ key: ecKey(), corruptSignature: true })],
  [
    'a CSR of an EC key signed by another one',
    csr({ key: ecKey(), signWith: ecKey('thief').privateKey }),
  ],
  ['a CSR of an EC key with an RSA signature', csr({ key: ecKey(), signWith: thief.privateKey })],
  ['a CSR of an RSA key with an EC signature', csr({ signWith: ecKey().privateKey })],
  ['a truncated CSR', csr({}, (der) => der.subarray(0, -20))],
  ['bytes after the CSR', csr({}, (der) => concat(der, Uint8Array.of(5, 0)))],
  ['a CSR of an Ed25519 key', withKey(spkiOf('ed25519'))],
  ['a CSR of an X25519 key', withKey(spkiOf('x25519'))],
  [
    'a CSR of an RSA key of 100,000 bits',
    withKey(rsaSpki(new Uint8Array(12_500).fill(0x6b), Uint8Array.of(1, 0, 1))),
  ],
  [
    'a CSR of an RSA key with an even modulus',
    withKey(rsaSpki(new Uint8Array(256).fill(0x6a), Uint8Array.of(1, 0, 1))),
  ],
  [
    'a CSR of an RSA key with a modulus of zero',
    withKey(rsaSpki(Uint8Array.of(0), Uint8Array.of(1, 0, 1))),
  ],
  [
    'a CSR of an RSA key with an exponent as long as its modulus',
    withKey(rsaSpki(new Uint8Array(256).fill(0x6b), new Uint8Array(256).fill(0x6b))),
  ],
  [
    'a CSR whose key is malformed',
    withKey(sequence(sequence(oid(oids.rsaEncryption)), bitString(bytes(20)))),
  ],
];
