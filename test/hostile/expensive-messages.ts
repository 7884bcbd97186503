/** The most expensive known messages, at the largest accepted size (docs/limits.md). */
import { buildCertificate } from '../support/kit/certificate.ts';
import { buildCsr, type CsrOptions } from '../support/kit/csr.ts';
import {
  asnNull,
  bitString,
  concat,
  indefinite,
  integer,
  octetString,
  oid,
  sequence,
  setAsGiven,
  tlv,
} from '../support/kit/der.ts';
import { generalName, subjectAltName } from '../support/kit/extensions.ts';
import { rsaKey } from '../support/kit/keys.ts';
import { cn, name } from '../support/kit/names.ts';
import { oids } from '../support/kit/oids.ts';
import type { PkcsReqOptions } from '../support/kit/pkcs-req.ts';
import { more, type SignedAttribute } from '../support/kit/signed-attributes.ts';

/** The key of every message. */
export const device = rsaKey();
export const many = <Value>(count: number, make: (at: number) => Value): Value[] =>
  Array.from({ length: count }, (_, at) => make(at));
const long = (octets: number) => new Uint8Array(octets).fill(0x41);
/** An odd number of this length, with its highest bit clear. */
export const odd = (octets: number, first = 0x6b) => {
  const number = new Uint8Array(octets).fill(0x6b);
  number[0] = first;
  return number;
};
export const rsa = (modulus: Uint8Array, exponent: Uint8Array) =>
  sequence(
    sequence(oid(oids.rsaEncryption), asnNull()),
    bitString(sequence(integer(modulus), integer(exponent))),
  );
const f4 = Uint8Array.of(1, 0, 1);
const longOid = tlv(0x06, new Uint8Array(65).fill(1));

/** A message with this certificate of its signer. */
const signedBy = (signerCertificate: Uint8Array): Partial<PkcsReqOptions> => ({
  signerCertificate,
  signedData: { certificates: [signerCertificate] },
});
export const signer = (spki: Uint8Array) =>
  signedBy(buildCertificate({ subject: name(cn('device')), spki, signingKey: device.privateKey }));
const certificateWith = (extension: Uint8Array) =>
  signedBy(
    buildCertificate({
      subject: name(cn('device')),
      spki: device.spki,
      signingKey: device.privateKey,
      extensions: [extension],
    }),
  );
const attributes = (...added: Uint8Array[]): Partial<PkcsReqOptions> => ({
  attributes: more(...added.map((der): SignedAttribute => ({ name: 'other', der }))),
});
const attribute = (type: Uint8Array, ...values: Uint8Array[]) =>
  sequence(type, setAsGiven(...values));
const content = (bytes: Uint8Array): Partial<PkcsReqOptions> => ({
  signedData: { content: bytes },
});
/** A CSR of this key, with an invalid signature. */
const csrOf = (spki: Uint8Array, signatureOctets: number): Partial<PkcsReqOptions> => ({
  csrBytes: sequence(
    sequence(integer(0), name(cn('device')), spki),
    sequence(oid(oids.sha256WithRsa), asnNull()),
    bitString(long(signatureOctets)),
  ),
});
const csr =
  (options: CsrOptions) =>
  (challenge: string): Partial<PkcsReqOptions> => ({
    csrBytes: buildCsr({ key: device, challenges: [challenge], ...options }),
  });
const extension = (id: Uint8Array, value: Uint8Array) =>
  csr({ extensions: [sequence(id, octetString(value))] });
const layers = (depth: number, tag: number, wrap: typeof tlv, inside: Uint8Array): Uint8Array =>
  many(depth, () => tag).reduce((inner, each) => wrap(each, inner), inside);

/** A message, the code of its refusal, and its options for a challenge. */
type Row = readonly [
  message: string,
  code: string,
  options: (challenge: string) => Partial<PkcsReqOptions>,
];

/** Every expensive message. */
export const expensiveMessages: readonly Row[] = [
  // The signer: its key is parsed and its signature verified before anything is known of the
  // sender.
  ['a signer’s exponent of 50 KB', 'NoSignerCertificate', () => signer(rsa(odd(256), odd(50_000)))],
  ['a signer’s modulus of 100 KB', 'NoSignerCertificate', () => signer(rsa(odd(100_000), f4))],
  ['a signer’s modulus of 16,384 bits', 'UnsupportedAlgorithm', () => signer(rsa(odd(2048), f4))],
  [
    'a signer’s exponent as long as its modulus of 3,072 bits',
    'UnsupportedAlgorithm',
    () => signer(rsa(odd(384), odd(384, 0x5b))),
  ],
  [
    'a signer’s exponent of 257 bits',
    'UnsupportedAlgorithm',
    () => signer(rsa(odd(256), concat(Uint8Array.of(1), odd(32)))),
  ],
  [
    'an object identifier of 65 octets in the signer’s certificate',
    'NoSignerCertificate',
    () => certificateWith(sequence(longOid, octetString(asnNull()))),
  ],
  // The signed attributes.
  ['an attribute named by 65 octets', 'NotAPkiMessage', () => attributes(attribute(longOid))],
  [
    '10,000 attributes',
    'NotAPkiMessage',
    () => attributes(...many(10_000, () => attribute(oid('1.2.3')))),
  ],
  [
    'an attribute of 3,000 values',
    'NotAPkiMessage',
    () => attributes(attribute(oid('1.2.3'), ...many(3000, asnNull))),
  ],
  ['a transactionID of 100 KB', 'NoTransactionId', () => ({ transactionId: 'A'.repeat(100_000) })],
  ['a senderNonce of 100 KB', 'NoSenderNonce', () => ({ senderNonce: long(100_000) })],
  [
    'eleven certificates',
    'NotAPkiMessage',
    () => ({ signedData: { certificates: many(11, () => sequence()) } }),
  ],
  // The envelope, in clear.
  [
    'an envelope in 28 indefinite lengths',
    'EnvelopeRefused',
    () => content(layers(28, 0x30, indefinite, octetString(long(100_000)))),
  ],
  [
    'an envelope of 2,000 nested sets',
    'EnvelopeRefused',
    () => content(layers(2000, 0x31, tlv, asnNull())),
  ],
  [
    'an envelope of 30,000 sets',
    'EnvelopeRefused',
    () => content(tlv(0x31, ...many(30_000, () => tlv(0x31)))),
  ],
  [
    'an envelope to eleven recipients',
    'EnvelopeRefused',
    () => ({ envelope: { recipients: many(11, () => sequence()) } }),
  ],
  [
    'an encrypted key of 100 KB',
    'EnvelopeRefused',
    () => ({ recipient: { alterEncryptedKey: () => long(100_000) } }),
  ],
  [
    'a request longer than the CA takes',
    'EnvelopeRefused',
    csr({ subject: name(cn('device'), { type: 'OU', value: 'a'.repeat(24_000) }) }),
  ],
  // The CSR.
  [
    'a CSR of an exponent as long as its modulus',
    'EnvelopeRefused',
    () => csrOf(rsa(odd(384), odd(384, 0x5b)), 384),
  ],
  [
    'a CSR of an exponent of 20 KB',
    'EnvelopeRefused',
    () => csrOf(rsa(odd(256), odd(20_000)), 256),
  ],
  [
    'a subject of 17 attributes',
    'SubjectRefused',
    csr({
      subject: name(cn('device'), ...many(16, () => ({ type: 'OU', value: 'a' }) as const)),
    }),
  ],
  [
    'a subject of 600 attributes in one RDN',
    'SubjectRefused',
    csr({ subject: name(many(600, () => cn('a'))) }),
  ],
  ['a CN of 20 KB', 'SubjectRefused', csr({ subject: name(cn('a'.repeat(20_000))) })],
  [
    'an attribute of a subject named by 65 octets',
    'SubjectRefused',
    csr({ subject: sequence(setAsGiven(sequence(longOid, octetString(asnNull())))) }),
  ],
  [
    '21 alternative names',
    'AlternativeNameRefused',
    csr({ extensions: [subjectAltName(many(21, (at) => generalName.dns(`abcd${at}`)))] }),
  ],
  [
    'an alternative name of 20 KB',
    'AlternativeNameRefused',
    csr({ extensions: [subjectAltName([generalName.dns('abcd'.repeat(5000))])] }),
  ],
  [
    'a keyUsage of three octets of bits',
    'ExtensionRefused',
    extension(oid('2.5.29.15'), bitString(Uint8Array.of(0x80, 0, 0))),
  ],
  ['a keyUsage of 20 KB', 'ExtensionRefused', extension(oid('2.5.29.15'), bitString(long(20_000)))],
  ['an extension named by 65 octets', 'ExtensionRefused', extension(longOid, asnNull())],
  ['a challenge of 20 KB', 'ChallengeMissing', csr({ challenges: ['A'.repeat(20_000)] })],
];
