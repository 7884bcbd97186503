import { X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { certificateId } from '../support/kit/certificate-id.ts';
import { asnNull, oid, sequence, stringTypes, tlv } from '../support/kit/der.ts';
import { children, contentOf } from '../support/kit/elements.ts';
import { algorithm, digests, oids } from '../support/kit/oids.ts';
import { certPoll, pkcsReq } from '../support/kit/pkcs-req.ts';
import { readReply } from '../support/kit/reply.ts';
import { requireDer } from '../support/kit/require-der.ts';
import { certRepFieldsOf, hex, required } from '../unit/http/cert-rep-fields.ts';
import { post } from '../unit/http/events.ts';
import { exchange } from '../unit/http/exchange.ts';
import { recipientOf } from './algorithms-of.ts';
import { degenerateIn } from './degenerate-in.ts';

const failInfoText = '1.3.6.1.5.5.7.24.1';

describe('R: CertRep', () => {
  it.each([
    ['SUCCESS', {}, {}],
    ['FAILURE', { messageType: '18' }, {}],
    ['PENDING', {}, { held: true }],
  ])('R-1 sends a %s as application/x-pki-message in DER', async (status, message, options) => {
    const { response, reply } = await exchange(message, options);
    expect(response.contentType).toBe('application/x-pki-message');
    expect(() => requireDer(response.bytes, 'The reply')).not.toThrow();
    expect(reply().status).toBe(status);
  });

  it('R-1 answers BER with DER', async () => {
    const { response, reply } = await exchange({
      signedData: { outer: 'ber' },
      envelope: { contentForm: 'indefinite' },
    });
    expect(() => requireDer(response.bytes, 'The reply')).not.toThrow();
    expect(reply().status).toBe('SUCCESS');
  });

  it('R-2 has a pkiStatus in every response', async () => {
    const all = [
      await exchange(),
      await exchange({ messageType: '18' }),
      await exchange({}, { held: true }),
    ];
    expect(all.map(({ response }) => certRepFieldsOf(response.bytes).pkiStatus)).toEqual([
      '0',
      '2',
      '3',
    ]);
  });

  it('R-3 contains only the issued certificate, for the requested key', async () => {
    const { reply, request } = await exchange();
    const read = reply();
    if (read.status !== 'SUCCESS') throw new Error(read.status);
    expect(read.others).toEqual([]);
    expect(read.certificate.publicKey.equals(request.key.publicKey)).toBe(true);
  });

  it('R-3 has the issuing CA after it if the quirk for Cisco is on', async () => {
    const { ra, request, response } = await exchange({}, { quirks: { issuerInReply: true } });
    const { certificates } = degenerateIn(response.bytes, request.key.privateKey);
    const [leaf, issuer, ...more] = certificates.map((der) => new X509Certificate(der));
    expect(leaf?.publicKey.equals(request.key.publicKey)).toBe(true);
    expect([issuer?.raw.equals(ra.caCertificate), more.length]).toEqual([true, 0]);
  });

  it.each([
    ['R-4', 'GetCert', '21'],
    ['R-5', 'GetCRL', '22'],
  ])('%s answers %s as not supported', async (_, __, messageType) => {
    const { verdict, ca } = await exchange({ messageType });
    expect(verdict).toBe('FAILURE badRequest UnsupportedMessageType');
    expect(ca.orders).toHaveLength(0);
  });

  it('R-6 puts the certificates into a SignedData without content, digests and signers', async () => {
    const { request, response } = await exchange();
    const { content, digestAlgorithms, signerInfos } = degenerateIn(
      response.bytes,
      request.key.privateKey,
    );
    expect(hex(content)).toBe(hex(sequence(oid(oids.data))));
    expect([children(digestAlgorithms), children(signerInfos)]).toEqual([[], []]);
  });

  it.each([
    ['badAlg', '0', { envelope: { cipher: 'des' } }],
    ['badMessageCheck', '1', { signer: { corruptSignature: true } }],
    ['badRequest', '2', { challenge: 'WRONG' }],
  ] as const)('R-7 has the failInfo %s and no envelope in a FAILURE', async (_, digit, message) => {
    const { response } = await exchange(message);
    const { failInfo, pkiStatus, eContent } = certRepFieldsOf(response.bytes);
    expect({ failInfo, pkiStatus, eContent }).toEqual({
      failInfo: digit,
      pkiStatus: '2',
      eContent: undefined,
    });
  });

  it('R-7 has the failInfo badCertId for a poll for an unknown request', async () => {
    const { ra, ask } = await exchange();
    const { message } = certPoll({ ra, request: pkcsReq({ ra }), transactionId: 'nothing' });
    expect(certRepFieldsOf((await ask(post(message))).bytes).failInfo).toBe('4');
  });

  it('R-8 explains a FAILURE in a UTF8String that quotes nothing of the request', async () => {
    const { response } = await exchange({ challenge: 'WRONG' });
    const sentence = stringTypes.utf8('The challenge password is wrong.');
    expect(certRepFieldsOf(response.bytes).values(failInfoText).map(hex)).toEqual([hex(sentence)]);
  });

  it('R-8 has no failInfoText in a SUCCESS or a PENDING', async () => {
    const replies = [await exchange(), await exchange({}, { held: true })];
    const texts = replies.map(({ response }) =>
      certRepFieldsOf(response.bytes).values(failInfoText),
    );
    expect(texts).toEqual([[], []]);
  });

  it.each([
    ['SUCCESS', {}, {}],
    ['FAILURE', { challenge: 'WRONG' }, {}],
    ['PENDING', {}, { held: true }],
  ] as const)('R-14 has the time of its signature in a %s', async (_, message, options) => {
    const { response, time } = await exchange(message, options);
    const [value, ...more] = certRepFieldsOf(response.bytes).values('1.2.840.113549.1.9.5');
    const utc = new Date(time.seconds * 1000)
      .toISOString()
      .replace(/[-:T]|\.\d+/g, '')
      .slice(2);
    expect([hex(required(value)), more]).toEqual([hex(tlv(0x17, Buffer.from(utc))), []]);
  });

  it('R-9 has neither envelope nor failInfo in a PENDING', async () => {
    const { response } = await exchange({}, { held: true });
    const { pkiStatus, failInfo, eContent } = certRepFieldsOf(response.bytes);
    expect({ pkiStatus, failInfo, eContent }).toEqual({
      pkiStatus: '3',
      failInfo: undefined,
      eContent: undefined,
    });
  });

  it('R-10 names the signer’s certificate as the one recipient', async () => {
    const { request, response } = await exchange();
    const [version, identifier, transport] = recipientOf(response.bytes);
    expect(hex(contentOf(required(version)))).toBe('00');
    expect(hex(required(identifier))).toBe(
      hex(certificateId(request.signerCertificate).issuerAndSerial),
    );
    expect(hex(required(transport))).toBe(hex(algorithm(oids.rsaEncryption)));
  });

  it('R-10 answers OAEP with OAEP', async () => {
    const { response, reply } = await exchange({ recipient: { transport: 'oaep-sha1' } });
    const [, , transport] = recipientOf(response.bytes);
    expect(hex(required(transport))).toBe(hex(algorithm(oids.rsaesOaep, sequence())));
    expect(reply().status).toBe('SUCCESS');
  });

  it('R-11 returns the nonce of the message that it answers, the poll’s to a poll', async () => {
    const { ra, request, ask, started, conduct } = await exchange({}, { held: true });
    for (const input of started.slice(0, 1)) await conduct(input);
    const poll = certPoll({ ra, request });
    const { bytes } = await ask(post(poll.message));
    expect(readReply(bytes, poll, ra).status).toBe('SUCCESS');
  });

  it('R-12 contains the RA certificate only', async () => {
    const { ra, response } = await exchange();
    expect(certRepFieldsOf(response.bytes).certificates.map(hex)).toEqual([hex(ra.raCertificate)]);
  });

  it('R-13 is signed by the RA in RSA with SHA-256', async () => {
    const { response, reply } = await exchange();
    const { digestAlgorithm, signatureAlgorithm } = certRepFieldsOf(response.bytes);
    expect(hex(digestAlgorithm)).toBe(hex(sequence(oid(digests.sha256.oid))));
    expect(hex(signatureAlgorithm)).toBe(hex(sequence(oid(oids.rsaEncryption), asnNull())));
    expect(reply().status).toBe('SUCCESS');
  });

  it('R-13 is signed with SHA-1 only for clients with a valid SHA-1 signature', async () => {
    const legacy = { quirks: { sha1: true } };
    const accepted = await exchange({ signer: { digest: 'sha1' } }, legacy);
    const forged = await exchange({ signer: { digest: 'sha1', corruptSignature: true } }, legacy);
    const digestOf = (certRep: Uint8Array) => hex(certRepFieldsOf(certRep).digestAlgorithm);
    expect(digestOf(accepted.response.bytes)).toBe(hex(sequence(oid(digests.sha1.oid))));
    expect(digestOf(forged.response.bytes)).toBe(hex(sequence(oid(digests.sha256.oid))));
  });
});
