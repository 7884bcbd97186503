import { X509Certificate } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import * as pkijs from 'pkijs';
import { describe, expect, it } from 'vitest';
import { readCaCertificates } from '../../../lib/scep-client/ca-certificates.ts';
import { parseCertRep } from '../../../lib/scep-client/cert-rep.ts';
import { readCertificateBag } from '../../../lib/scep-client/issued-certificates.ts';
import { readSignedData, verifySignedReply } from '../../../lib/scep-client/signed-reply.ts';
import { rsaKey } from '../../support/kit/keys.ts';
import { pkcsReq } from '../../support/kit/pkcs-req.ts';
import { identityOf } from '../../support/kit/reply.ts';
import { testRa } from '../../support/kit/test-ra.ts';

// The messages of other projects are beside the repository and not part of it.
const folder = new URL('../../../../shared/vectors/', import.meta.url);
const absent = !existsSync(folder);
const vector = (path: string) => new Uint8Array(readFileSync(new URL(path, folder)));
const skipped = absent ? ' (skipped: ../shared/vectors is absent)' : '';

describe.skipIf(absent)(`GetCACert answers of real servers${skipped}`, () => {
  it.each([
    ['_getCACertReponse_97197618.der', 'Cisco Trusted Device SCEP RA', 2],
    ['getcacert.der', 'ACME SCEP RA', 1],
    ['getcacert_mdes.der', 'WIFCA02P-NDES', 2],
    ['getcacert_mdesqa.der', 'WIFCA02U-NDES', 2],
    ['msscep_getcacert.der', 'ivpntest.com', 1],
  ])('in %s have the recipient %s', (file, commonName, chainLength) => {
    const bag = readCertificateBag(vector(`apple-security-regressions/${file}`));
    const { recipient, chain } = readCaCertificates(bag);
    expect(recipient.subject).toContain(`CN=${commonName}`);
    expect(recipient.ca).toBe(false);
    expect(chain).toHaveLength(chainLength);
  });
});

describe.skipIf(absent)(`replies of real servers${skipped}`, () => {
  it.each(['gutmann-reference/resp2.der', 'micromdm-reply/CertRep.der'])(
    'in %s have a valid signature over the attributes',
    (file) => {
      const bytes = vector(file);
      const { content } = verifySignedReply(bytes, embedded(bytes), true);
      expect(content?.length).toBeGreaterThan(1000);
    },
  );

  // Each reply lacks something that RFC 8894 requires, such as a senderNonce (3.2.1.5).
  it.each([
    ['gutmann-reference/resp2.der', 'malformedReply', 'senderNonce'],
    ['micromdm-reply/CertRep.der', 'malformedReply', 'senderNonce'],
    ['ndes-replies/failure-getcrl-2012.der', 'untrustedReply', 'GetCACert'],
    ['ndes-replies/success-no-certificates.der', 'untrustedReply', 'GetCACert'],
    ['apple-security-regressions/scep_reply_17_58_00_der.der', 'untrustedReply', 'GetCACert'],
    ['gutmann-reference/resp0.der', 'malformedReply', 'one signer'],
    ['gutmann-reference/resp1.der', 'malformedReply', 'SignedData'],
    ['apple-security-regressions/bmw_scep_pkt.der', 'malformedReply', 'one signer'],
  ])('in %s are refused with %s (%s)', (file, code, why) => {
    const bytes = vector(file);
    const attributes = attributesOf(bytes);
    const expected = { ...attributes, identity: ourIdentity(), signers: embedded(bytes) };
    expect(() => parseCertRep(bytes, { ...expected, allowLegacy: true })).toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(why) }),
    );
  });
});

const ourIdentity = () => identityOf(pkcsReq({ ra: testRa(), key: rsaKey() }));

/** Reads the certificates in a message, if it has any. */
function embedded(bytes: Uint8Array): X509Certificate[] {
  const certificates = signedDataOf(bytes)?.certificates ?? [];
  return certificates
    .filter((one) => one instanceof pkijs.Certificate)
    .map((one) => new X509Certificate(new Uint8Array(one.toSchema().toBER())));
}

/** Reads a reply's own transactionID and nonce, so that these two checks pass. */
function attributesOf(bytes: Uint8Array) {
  const attributes = signedDataOf(bytes)?.signerInfos[0]?.signedAttrs?.attributes ?? [];
  const value = (type: string) => attributes.find((one) => one.type === type)?.values[0];
  const transactionId = String(value('2.16.840.1.113733.1.9.7')?.getValue() ?? '');
  const nonce = value('2.16.840.1.113733.1.9.6')?.getValue();
  return { transactionId, senderNonce: nonce ? new Uint8Array(nonce) : new Uint8Array() };
}

function signedDataOf(bytes: Uint8Array): pkijs.SignedData | undefined {
  try {
    return readSignedData(bytes);
  } catch {
    return undefined;
  }
}
