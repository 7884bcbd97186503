import { X509Certificate } from 'node:crypto';
import * as asn1js from 'asn1js';
import * as pkijs from 'pkijs';
import { describe, expect, it } from 'vitest';
import { toArrayBuffer } from '../../../lib/scep-client/engine.ts';
import { nested, toBer, withLongLength } from './ber.ts';
import { type CertRepOptions, certRep } from './cert-rep.ts';
import { certificateId } from './certificate-id.ts';
import { buildCsr } from './csr.ts';
import { buildEnvelope } from './envelope.ts';
import { generalName, microsoftSid, subjectAltName } from './extensions.ts';
import { ecKey, rsaKey } from './keys.ts';
import { cn, name } from './names.ts';
import { certPoll, type PkcsReqOptions, pkcsReq, selfSigned } from './pkcs-req.ts';
import { readRequest } from './read-request.ts';
import { readAsClient, readReply } from './reply.ts';
import { certificateBag } from './signed-data.ts';
import { issuedBy, testRa } from './test-ra.ts';

// The kit writes bytes by hand: pkijs and OpenSSL (X509Certificate) are its second opinion.
const ra = testRa();

function signedData(message: Uint8Array): pkijs.SignedData {
  const { content } = pkijs.ContentInfo.fromBER(toArrayBuffer(message));
  return new pkijs.SignedData({ schema: content });
}

const verifies = (message: Uint8Array) =>
  signedData(message).verify({ signer: 0, checkChain: false });

describe('a request of the kit', () => {
  it('is opened by the RA and holds the CSR', () => {
    const request = pkcsReq({ ra, challenge: 'S3CRET' });
    const read = readRequest(request.message, ra.raKey);
    expect(Buffer.from(read.content)).toEqual(Buffer.from(request.csr));
    expect(read).toMatchObject({ messageType: '19', transactionId: request.transactionId });
  });

  it('is polled for in the same transaction by the same signer', () => {
    const request = pkcsReq({ ra });
    const poll = readRequest(certPoll({ ra, request }).message, ra.raKey);
    expect(poll).toMatchObject({ messageType: '20', transactionId: request.transactionId });
    expect(Buffer.from(poll.signerCertificate)).toEqual(Buffer.from(request.signerCertificate));
  });

  it.each<[string, Partial<PkcsReqOptions>]>([
    ['DER', {}],
    ['SHA-1 and 3DES', { signer: { digest: 'sha1' }, envelope: { cipher: 'des3' } }],
    ['key identifiers', { signer: { by: 'subjectKeyId' }, recipient: { by: 'subjectKeyId' } }],
    ['BER outside', { signedData: { outer: 'ber' } }],
    ['BER inside', { envelope: { contentForm: 'indefinite' } }],
    ['OAEP', { recipient: { transport: 'oaep-sha1' } }],
  ])('has a signature that pkijs verifies: %s', async (_, options) => {
    expect(await verifies(pkcsReq({ ra, ...options }).message)).toBe(true);
  });

  it('has a broken signature when asked for one', async () => {
    expect(await verifies(pkcsReq({ ra, signer: { corruptSignature: true } }).message)).toBe(false);
  });
});

describe('BER of the kit', () => {
  it('keeps content and signature', async () => {
    const { message } = pkcsReq({ ra });
    const ber = toBer(message);
    expect(ber[1]).toBe(0x80);
    const content = (bytes: Uint8Array) => signedData(bytes).encapContentInfo.eContent?.getValue();
    expect(content(ber)).toEqual(content(message));
    expect(await verifies(ber)).toBe(true);
  });

  it('has long lengths and deep nests that asn1js still reads', () => {
    expect(asn1js.fromBER(withLongLength(name(cn('a')))).offset).toBe(16 + 2);
    expect(asn1js.fromBER(nested(20)).offset).toBe(42);
  });
});

describe('the strict reading of replies', () => {
  const request = pkcsReq({ ra });
  const leaf = issuedBy(ra, { subject: name(cn('device')), spki: request.key.spki });
  const recipients = [{ certificate: request.signerCertificate }];
  const enveloped = (content: Uint8Array) => buildEnvelope({ content, recipients });
  const bag = certificateBag(leaf);
  const success = (options: Partial<CertRepOptions> = {}) =>
    certRep({ ra, request, certificates: [leaf], ...options });

  it.each<[string, Uint8Array]>([
    ['BER', toBer(success())],
    ['a length in more octets than needed', withLongLength(success())],
    ['an envelope in BER', success({ signedData: { content: toBer(enveloped(bag)) } })],
    ['a content in BER', success({ signedData: { content: enveloped(toBer(bag)) } })],
    ['unsorted attributes', success({ signer: { sortAttributes: false } })],
    [
      'a FAILURE with content',
      certRep({ ra, request, failInfo: '2', signedData: { content: Uint8Array.of(0) } }),
    ],
  ])('refuses %s, which our client takes', (_, bytes) => {
    expect(() => readAsClient(bytes, request, ra)).not.toThrow();
    expect(() => readReply(bytes, request, ra)).toThrow(/is not DER|order|content/);
  });

  it('takes what is DER', () => {
    expect(readReply(success(), request, ra)).toMatchObject({ status: 'SUCCESS' });
  });
});

describe('a CSR of the kit', () => {
  const parse = (der: Uint8Array) => pkijs.CertificationRequest.fromBER(toArrayBuffer(der));

  it('is self-signed, by RSA or EC', async () => {
    expect(await parse(buildCsr({ key: rsaKey(1024) })).verify()).toBe(true);
    const ec = parse(buildCsr({ key: ecKey() }));
    expect(ec.subjectPublicKeyInfo.algorithm.algorithmId).toBe('1.2.840.10045.2.1');
  });

  it('has a bad self-signature when asked for one', async () => {
    expect(await parse(buildCsr({ corruptSignature: true })).verify()).toBe(false);
    const signWith = rsaKey(2048, 'thief').privateKey;
    expect(await parse(buildCsr({ signWith })).verify()).toBe(false);
  });

  it('has as many challenges, of whatever string type, as asked for', () => {
    const challenges = ['A', { value: 'B', as: 'bmp' as const }];
    const { attributes = [] } = parse(buildCsr({ challenges, version: 2 }));
    const values = attributes.map(({ values: [value] }) => value.constructor.name);
    expect(values).toEqual(['PrintableString', 'BmpString']);
  });

  it('requests the extensions asked for', () => {
    const names = [
      generalName.dns('a.example'),
      generalName.ip(127, 0, 0, 1),
      generalName.upn('a@b'),
    ];
    const { attributes = [] } = parse(
      buildCsr({ extensions: [subjectAltName(names), microsoftSid('S-1-5-21')] }),
    );
    const [extensions] = attributes[0]?.values ?? [];
    const parsed = new pkijs.Extensions({ schema: extensions }).extensions;
    expect(parsed.map(({ extnID }) => extnID)).toEqual(['2.5.29.17', '1.3.6.1.4.1.311.25.2']);
    expect(parsed[0]?.parsedValue.altNames.map(({ type }: { type: number }) => type)).toEqual([
      2, 7, 0,
    ]);
  });
});

describe('certificates of the kit', () => {
  it('chain: the CA issued the RA', () => {
    const ca = new X509Certificate(ra.caCertificate);
    const issued = new X509Certificate(ra.raCertificate);
    expect([ca.ca, issued.ca, issued.checkIssued(ca)]).toEqual([true, false, true]);
    expect(issued.verify(ca.publicKey)).toBe(true);
  });

  it('are named by the bytes that are in them', () => {
    const certificate = selfSigned(rsaKey());
    const parsed = pkijs.Certificate.fromBER(toArrayBuffer(certificate));
    const sid = new pkijs.IssuerAndSerialNumber({
      issuer: parsed.issuer,
      serialNumber: parsed.serialNumber,
    });
    const { issuerAndSerial } = certificateId(certificate);
    expect(Buffer.from(sid.toSchema().toBER())).toEqual(Buffer.from(issuerAndSerial));
  });
});
