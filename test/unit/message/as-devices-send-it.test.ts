/**
 * Messages in the forms of real devices, which RFC 8894 does not foresee. Each gets a certificate
 * that our client reads.
 */
import { describe, expect, it } from 'vitest';
import { toBer } from '../../support/kit/ber.ts';
import { buildCertificate } from '../../support/kit/certificate.ts';
import { certificateId } from '../../support/kit/certificate-id.ts';
import { octetString, sequence } from '../../support/kit/der.ts';
import { rsaKey } from '../../support/kit/keys.ts';
import { cn, name } from '../../support/kit/names.ts';
import { algorithm, oids } from '../../support/kit/oids.ts';
import { pkcsReq } from '../../support/kit/pkcs-req.ts';
import { testRa } from '../../support/kit/test-ra.ts';
import { type ExchangeOptions, exchange } from '../http/exchange.ts';
import type { ServiceOptions } from '../http/service.ts';

const device = rsaKey();
const ra = testRa();
const legacy: ServiceOptions = { quirks: { sha1: true, tripleDes: true } };
const versionOne = buildCertificate({
  subject: name(cn('device')),
  spki: device.spki,
  signingKey: device.privateKey,
  version: 1,
});

/** The RA by its serial number, with another spelling of its issuer. */
const otherIssuer = sequence(name(cn('test CA', 'printable')), serialOf(ra.raCertificate));

function serialOf(certificate: Uint8Array): Uint8Array {
  const { issuerAndSerial } = certificateId(certificate);
  const serialAt = issuerAndSerial.length - 18;
  return issuerAndSerial.subarray(serialAt);
}

describe('a device gets its certificate', () => {
  it.each<[string, ExchangeOptions, ServiceOptions?]>([
    ['in DER', {}],
    ['with BER outside (jscep)', { signedData: { outer: 'ber' } }],
    ['with an indefinite ciphertext (iOS)', { envelope: { contentForm: 'indefinite' } }],
    ['with a constructed ciphertext', { envelope: { contentForm: 'constructed' } }],
    ['with AES-192', { envelope: { cipher: 'aes192' } }],
    ['with AES-256', { envelope: { cipher: 'aes256' } }],
    [
      'with 3DES and SHA-1 (old Apple, Cisco IOS)',
      { envelope: { cipher: 'des3' }, signer: { digest: 'sha1' } },
      legacy,
    ],
    ['with SHA-384', { signer: { digest: 'sha384' } }],
    ['with SHA-512', { signer: { digest: 'sha512' } }],
    ['with OAEP of SHA-1 (Windows)', { recipient: { transport: 'oaep-sha1' } }],
    ['with OAEP of SHA-256', { recipient: { transport: 'oaep-sha256' } }],
    ['with OAEP of SHA-512', { recipient: { transport: 'oaep-sha512' } }],
    ['to an RA named by its key identifier', { recipient: { by: 'subjectKeyId' } }],
    ['to an RA named by another spelling of its issuer', { recipient: { id: otherIssuer } }],
    ['by a signer named by its key identifier', { signer: { by: 'subjectKeyId' } }],
    [
      'with rsaEncryption as its signature algorithm (Windows)',
      { signer: { signatureAlgorithm: algorithm(oids.rsaEncryption) } },
    ],
    ['with unsorted attributes', { signer: { sortAttributes: false } }],
    ['with a signer of X.509 version 1 (certmonger)', { signerCertificate: versionOne }],
    ['with a CSR of version 2 (Apple)', { csr: { version: 2 } }],
    ['with a CSR signed with SHA-1', { csr: { digest: 'sha1' } }],
    ['with an EnvelopedData of version 2', { envelope: { version: 2 } }],
    ['with a SignedData of version 3', { signedData: { version: 3 } }],
    ['with RSA of 4096 bits', { key: rsaKey(4096) }],
  ])('%s', async (_, message, options) => {
    const { reply, ca } = await exchange(message, options);
    expect(reply()).toMatchObject({ status: 'SUCCESS' });
    expect(ca.orders).toHaveLength(1);
  });

  it('with every length indefinite and every string constructed', async () => {
    const { challenge, tell } = await exchange({ messageType: '18' });
    const { message } = pkcsReq({ ra, challenge });
    expect(await tell(toBer(message))).toBe('SUCCESS');
  });

  it('with a nonce of 8 octets and a challenge in UTF-8', async () => {
    const { challenge, tell } = await exchange({ messageType: '18' });
    const challenges = [{ value: challenge, as: 'utf8' as const }];
    const { message } = pkcsReq({
      ra,
      csr: { challenges },
      senderNonce: new Uint8Array(8).fill(5),
    });
    expect(await tell(message)).toBe('SUCCESS');
  });
});

describe('OAEP parameters that Node does not pass to OpenSSL are badAlg', () => {
  const sha256 = algorithm('2.16.840.1.101.3.4.2.1');
  const tagged = (number: number, value: Uint8Array) =>
    Uint8Array.of(0xa0 | number, value.length, ...value);
  it.each<[string, Uint8Array]>([
    ['two digests', sequence(tagged(0, sha256))],
    ['another mask generation function', sequence(tagged(1, algorithm('1.2.3', sha256)))],
    [
      'a label',
      sequence(tagged(2, algorithm('1.2.840.113549.1.1.9', octetString(Uint8Array.of(1))))),
    ],
    ['an unknown digest', sequence(tagged(0, algorithm('1.2.3')))],
  ])('%s', async (_, parameters) => {
    const transportAlgorithm = algorithm(oids.rsaesOaep, parameters);
    const { verdict } = await exchange({ recipient: { transportAlgorithm } });
    expect(verdict).toBe('FAILURE badAlg UnsupportedAlgorithm');
  });

  it('and a missing parameter is malformed, without a crash (CVE-2026-28390)', async () => {
    const source = sequence(tagged(2, sequence(Uint8Array.of(6, 1, 42))));
    const transportAlgorithm = algorithm(oids.rsaesOaep, source);
    const { verdict } = await exchange({ recipient: { transportAlgorithm } });
    expect(verdict).toBe('FAILURE badRequest EnvelopeRefused');
  });
});
