import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  computeFingerprint,
  getCaCert,
  readCaCertificates,
} from '../../../lib/scep-client/ca-certificates.ts';
import { toBerThroughout } from '../../support/kit/ber.ts';
import { buildCertificate } from '../../support/kit/certificate.ts';
import { basicConstraints, type KeyUsage, keyUsage } from '../../support/kit/extensions.ts';
import { rsaKey } from '../../support/kit/keys.ts';
import { cn, name } from '../../support/kit/names.ts';
import { certificateBag } from '../../support/kit/signed-data.ts';
import { issuedBy, testRa } from '../../support/kit/test-ra.ts';

const ra = testRa();
const other = testRa('other');
const x509 = (bytes: Uint8Array) => new X509Certificate(bytes);
const ca = x509(ra.caCertificate);
const recipient = x509(ra.raCertificate);

/** A certificate for ML-KEM (RFC 9690), which SCEP clients do not support. */
const mlKem = x509(
  issuedBy(ra, {
    subject: name(cn('ml-kem')),
    spki: generateKeyPairSync('ml-kem-768').publicKey.export({ type: 'spki', format: 'der' }),
    extensions: [keyUsage(['keyEncipherment'])],
  }),
);

function raWith(label: string, usages: readonly KeyUsage[]): X509Certificate {
  const { spki } = rsaKey(2048, 'test-ra');
  const extensions = [keyUsage(usages)];
  return x509(issuedBy(ra, { subject: name(cn(label)), spki, extensions }));
}

describe('the certificates of GetCACert', () => {
  it.each([
    ['RA first', [recipient, ca]],
    ['CA first', [ca, recipient]],
  ])('include an RA as recipient and its CA (%s)', (_, certificates) => {
    const read = readCaCertificates(certificates, computeFingerprint(ca));
    expect(read).toMatchObject({ recipient, chain: [ca], fingerprint: computeFingerprint(ca) });
  });

  it('can include one RA for encryption and one for signatures, as in NDES', () => {
    const encryption = raWith('encryption', ['keyEncipherment']);
    const signing = raWith('signing', ['digitalSignature']);
    const read = readCaCertificates([signing, encryption, ca]);
    expect(read.recipient).toBe(encryption);
    expect(read.signers).toContain(signing);
    expect(read.signers).not.toContain(encryption);
  });

  it('can include an ML-KEM key, which the client ignores', () => {
    expect(readCaCertificates([mlKem, recipient, ca])).toMatchObject({ recipient });
  });

  it('can be BER, which servers built on BouncyCastle write', async () => {
    const bag = toBerThroughout(certificateBag(ra.raCertificate, ra.caCertificate));
    const answer = new Response(Buffer.from(bag), {
      headers: { 'content-type': 'application/x-x509-ca-ra-cert' },
    });
    const server = { url: new URL('http://scep.example/'), fetch: async () => answer };
    expect(await getCaCert(server)).toMatchObject({ fingerprint: computeFingerprint(ca) });
  });

  it('can be a single CA without an RA', () => {
    const { spki, privateKey: signingKey } = rsaKey(2048, 'test-ca');
    const extensions = [basicConstraints(true)];
    const single = x509(
      buildCertificate({ subject: name(cn('one')), spki, signingKey, extensions }),
    );
    expect(readCaCertificates([single])).toMatchObject({ recipient: single, chain: [single] });
  });

  it('match a fingerprint with colons and capitals', () => {
    expect(readCaCertificates([recipient, ca], ca.fingerprint256)).toMatchObject({ chain: [ca] });
  });

  it('exclude signers with another issuer', () => {
    const foreign = x509(other.raCertificate);
    const { signers } = readCaCertificates([recipient, ca, foreign, x509(other.caCertificate)]);
    expect(signers).not.toContain(foreign);
  });

  it.each([
    [
      'wrongCa',
      'a CA with another fingerprint',
      [recipient, ca],
      computeFingerprint(x509(other.caCertificate)),
    ],
    [
      'wrongCa',
      'a pinned CA that did not issue the RA',
      [x509(other.raCertificate), x509(other.caCertificate), ca],
      computeFingerprint(ca),
    ],
    ['badArgument', 'a fingerprint of another length', [recipient, ca], 'abcd'],
    ['noRaCertificate', 'no key for encryption', [ca], undefined],
    ['noRaCertificate', 'an RA without its CA', [recipient], undefined],
    ['noRaCertificate', 'an RA with only an ML-KEM key', [mlKem, ca], undefined],
    ['noRaCertificate', 'an empty answer', [], undefined],
  ])('are refused with %s for %s', (code, _, certificates, pinned) => {
    expect(() => readCaCertificates(certificates, pinned)).toThrow(
      expect.objectContaining({ code }),
    );
  });
});
