import { X509Certificate } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ScepClientError } from '../../../lib/scep-client/errors.ts';
import {
  nested,
  toBer,
  toBerThroughout,
  withLongLength,
  withLongLengths,
} from '../../support/kit/ber.ts';
import { type CertRepOptions, certRep } from '../../support/kit/cert-rep.ts';
import { buildCertificate } from '../../support/kit/certificate.ts';
import { concat, octetString, stringTypes, tlv } from '../../support/kit/der.ts';
import { flipped } from '../../support/kit/elements.ts';
import { buildEnvelope } from '../../support/kit/envelope.ts';
import { rsaKey } from '../../support/kit/keys.ts';
import { cn, name } from '../../support/kit/names.ts';
import { algorithm, oids } from '../../support/kit/oids.ts';
import { pkcsReq } from '../../support/kit/pkcs-req.ts';
import { readAsClient } from '../../support/kit/reply.ts';
import {
  changed,
  more,
  textAttribute,
  twice,
  without,
} from '../../support/kit/signed-attributes.ts';
import { certificateBag } from '../../support/kit/signed-data.ts';
import { issuedBy, testRa } from '../../support/kit/test-ra.ts';

const ra = testRa();
const other = testRa('other');
const request = pkcsReq({ ra, challenge: 'S3CRET' });
const leaf = issuedBy(ra, { subject: name(cn('device')), spki: request.key.spki });
const stranger = issuedBy(ra, { subject: name(cn('x')), spki: rsaKey(2048, 'test-ra').spki });
const printable = stringTypes.printable;

const reply = (options: Partial<CertRepOptions>) => certRep({ ra, request, ...options });
const success = (options: Partial<CertRepOptions> = {}) =>
  reply({ certificates: [leaf], ...options });
const read = (bytes: Uint8Array) => readAsClient(bytes, request, ra);
const empty = { content: new Uint8Array() };

describe('a CertRep', () => {
  it.each<[string, Partial<CertRepOptions>]>([
    ['AES-128 and PKCS#1 v1.5', {}],
    ['AES-256', { envelope: { cipher: 'aes256' } }],
    ['OAEP with SHA-1', { recipient: { transport: 'oaep-sha1' } }],
    ['OAEP with SHA-256', { recipient: { transport: 'oaep-sha256' } }],
    [
      'recipient and signer by SKI',
      { recipient: { by: 'subjectKeyId' }, signer: { by: 'subjectKeyId' } },
    ],
    [
      'rsaEncryption as signature algorithm',
      { signer: { signatureAlgorithm: algorithm(oids.rsaEncryption) } },
    ],
    ['SHA-512', { signer: { digest: 'sha512' } }],
    ['no RA certificate in it', { signedData: { certificates: undefined } }],
  ])('contains the certificate with %s', (_, options) => {
    const { certificate, ...rest } = { certificate: undefined, ...read(success(options)) };
    expect(rest.status).toBe('SUCCESS');
    expect(Buffer.from(certificate?.raw ?? [])).toEqual(Buffer.from(leaf));
  });

  it('contains the CA after the leaf', () => {
    const certificates = [leaf, ra.caCertificate];
    expect(read(reply({ certificates }))).toMatchObject({ others: [{ ca: true }] });
  });

  it.each(['0', '1', '2', '3', '4'])('is a FAILURE with failInfo %s', (failInfo) => {
    expect(read(reply({ failInfo }))).toMatchObject({ status: 'FAILURE' });
    expect(read(reply({ failInfo, signedData: empty }))).toMatchObject({ status: 'FAILURE' });
  });

  it('is PENDING, without content or with empty content', () => {
    expect(read(reply({}))).toEqual({ status: 'PENDING' });
    expect(read(reply({ signedData: empty }))).toEqual({ status: 'PENDING' });
  });

  it('is a FAILURE with a byte of content, as NDES sends it', () => {
    const ndes = reply({ failInfo: '2', signedData: { content: Uint8Array.of(0) } });
    expect(read(ndes)).toMatchObject({ status: 'FAILURE' });
  });

  it('can use SHA-1 and 3DES only if the caller allows them', () => {
    const legacy = success({ signer: { digest: 'sha1' }, envelope: { cipher: 'des3' } });
    expect(readAsClient(legacy, request, ra, true)).toMatchObject({ status: 'SUCCESS' });
    expect(() => read(legacy)).toThrow(expect.objectContaining({ code: 'unsupportedAlgorithm' }));
  });
});

describe('a CertRep in BER', () => {
  const recipients = [{ certificate: request.signerCertificate }];
  const enveloped = (content: Uint8Array, options = {}) =>
    success({ signedData: { content: buildEnvelope({ content, recipients, ...options }) } });
  const inBer = (content: Uint8Array) =>
    success({ signedData: { content: toBerThroughout(buildEnvelope({ content, recipients })) } });
  const bag = certificateBag(leaf);

  it.each<[string, Uint8Array]>([
    ['in its outer SignedData, as jscep writes it', toBer(success())],
    ['in all its parts, signed attributes included', toBerThroughout(success())],
    ['in its envelope', inBer(bag)],
    ['in the content of its envelope', enveloped(toBerThroughout(bag))],
    ['in all three, as BouncyCastle writes it', toBerThroughout(inBer(toBerThroughout(bag)))],
    ['with a ciphertext in parts', enveloped(bag, { contentForm: 'constructed' })],
    ['with a ciphertext of indefinite length', enveloped(bag, { contentForm: 'indefinite' })],
    ['with a length in more octets than needed', withLongLength(success())],
    ['with every length in more octets than needed', withLongLengths(success())],
    ['with a signature over unsorted attributes', success({ signer: { sortAttributes: false } })],
  ])('%s contains the certificate', (_, bytes) => {
    expect(read(bytes)).toMatchObject({ status: 'SUCCESS', certificate: { raw: x509(leaf).raw } });
  });

  it.each<[string, Uint8Array]>([
    ['with a truncated end of contents', toBerThroughout(success()).slice(0, -2)],
    ['with bytes after its end of contents', concat(toBerThroughout(success()), Uint8Array.of(0))],
    ['with an OCTET STRING of other strings', tlv(0x24, stringTypes.utf8('x'))],
    ['with an indefinite length of a primitive', Uint8Array.of(0x04, 0x80, 0, 0)],
    ['with ten thousand levels', nested(10_000)],
    ['with ten thousand indefinite lengths', new Uint8Array(20_000).fill(0x30).map(evenOr(0x80))],
    ['with a length of five octets', Uint8Array.of(0x30, 0x85, 0, 0, 0, 0, 1, 0)],
  ])('%s is refused', (_, bytes) => {
    expect(() => read(bytes)).toThrow(expect.objectContaining({ code: 'malformedReply' }));
  });

  it('causes only a ScepClientError after a change of any octet', () => {
    const bytes = toBerThroughout(success());
    const change = fc.tuple(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }));
    fc.assert(
      fc.property(change, ([at, difference]) => {
        const changed = bytes.map((octet, index) => (index === at ? octet ^ difference : octet));
        try {
          read(changed);
        } catch (error) {
          expect(error).toBeInstanceOf(ScepClientError);
        }
      }),
      { numRuns: 300, seed: 12 },
    );
  });
});

describe('a CertRep is refused', () => {
  const untrusted: [string, Uint8Array][] = [
    ['signed by another RA', success({ ra: other })],
    ['signed by another key in the RA’s name', success({ signer: { key: other.raKey } })],
    ['with an invalid signature', success({ signer: { corruptSignature: true } })],
    ['of another transaction', success({ attributes: changed('transactionId', printable('X')) })],
    [
      'with another recipientNonce',
      success({ attributes: changed('recipientNonce', octetString(new Uint8Array(16))) }),
    ],
    [
      'with a short senderNonce',
      success({ attributes: changed('senderNonce', octetString(new Uint8Array(15))) }),
    ],
    [
      'with our nonce as its senderNonce',
      success({ attributes: changed('senderNonce', octetString(request.senderNonce)) }),
    ],
    [
      'with a wrong messageDigest',
      success({ attributes: changed('messageDigest', octetString(new Uint8Array(32))) }),
    ],
  ];
  it.each(untrusted)('%s', (_, bytes) => {
    expect(() => read(bytes)).toThrow(expect.objectContaining({ code: 'untrustedReply' }));
  });

  const malformed: [string, Uint8Array][] = [
    ['with bytes after it', concat(success(), Uint8Array.of(0))],
    ['with a missing octet', success().slice(0, -1)],
    ['that is empty', new Uint8Array()],
    ['without signed attributes', success({ signer: { attributes: undefined } })],
    ['with two signers', twoSigners()],
    ['without signers', success({ signedData: { signers: [] } })],
    ['of another messageType', success({ attributes: changed('messageType', printable('19')) })],
    [
      'with a messageType in UTF8String',
      success({ attributes: changed('messageType', stringTypes.utf8('3')) }),
    ],
    ['without a senderNonce', success({ attributes: without('senderNonce') })],
    ['without a recipientNonce', success({ attributes: without('recipientNonce') })],
    ['without a contentType attribute', success({ attributes: without('contentType') })],
    ['with two transactionID attributes', success({ attributes: twice('transactionId') })],
    [
      'with two values of pkiStatus',
      success({ attributes: changed('pkiStatus', printable('0'), printable('2')) }),
    ],
    ['with an unknown pkiStatus', success({ pkiStatus: '1' })],
    ['with an unknown failInfo', reply({ failInfo: '5' })],
    ['with FAILURE and no failInfo', reply({ pkiStatus: '2' })],
    ['with PENDING and a failInfo', reply({ attributes: more(textAttribute('failInfo', '2')) })],
    ['with SUCCESS and no content', reply({ pkiStatus: '0' })],
    ['for another recipient', success({ recipient: { certificate: ra.raCertificate } })],
    ['with a short content key', success({ envelope: { transportedKey: new Uint8Array(8) } })],
    [
      'with a truncated ciphertext',
      success({ envelope: { alterCiphertext: (bytes) => bytes.slice(0, -1) } }),
    ],
    ['with a damaged encrypted key', success({ recipient: { alterEncryptedKey: flipped } })],
    ['without a certificate', reply({ certificates: [] })],
  ];
  it.each(malformed)('%s', (_, bytes) => {
    expect(() => read(bytes)).toThrow(expect.objectContaining({ code: 'malformedReply' }));
  });

  it.each([
    ['single DES', success({ envelope: { cipher: 'des' } })],
    ['MD5', success({ signer: { digest: 'md5' } })],
  ])('with %s', (_, bytes) => {
    expect(() => readAsClient(bytes, request, ra, true)).toThrow(
      expect.objectContaining({ code: 'unsupportedAlgorithm' }),
    );
  });

  it.each([
    ['for another key', [stranger]],
    ['in front of the leaf', [ra.caCertificate, leaf]],
  ])('with a certificate %s', (_, certificates) => {
    expect(() => read(reply({ certificates }))).toThrow(
      expect.objectContaining({ code: 'wrongCertificate' }),
    );
  });
});

const x509 = (bytes: Uint8Array) => new X509Certificate(bytes);

/** Keeps the octets at even positions and replaces those at odd positions. */
function evenOr(octet: number) {
  return (kept: number, index: number) => (index % 2 === 0 ? kept : octet);
}

function twoSigners(): Uint8Array {
  const { spki, privateKey: key } = rsaKey(2048, 'test-ra');
  const certificate = buildCertificate({ subject: name(cn('two')), spki, signingKey: key });
  const signer = { key, certificate, attributes: [] };
  return success({ signedData: { signers: [signer, signer] } });
}
