import { describe, expect, it } from 'vitest';
import { type CipherName, ciphers } from '../support/kit/ciphers.ts';
import { sequence, tagged } from '../support/kit/der.ts';
import { algorithm as algorithmIdentifier, digests, oids } from '../support/kit/oids.ts';
import { pkcsReq } from '../support/kit/pkcs-req.ts';
import { passwordRecipient } from '../support/kit/recipient.ts';
import { readReply } from '../support/kit/reply.ts';
import { get, getMessage } from '../unit/http/events.ts';
import { exchange } from '../unit/http/exchange.ts';
import { service } from '../unit/http/service.ts';
import { algorithmsOf } from './algorithms-of.ts';

const legacy = { quirks: { sha1: true, tripleDes: true } };
const badAlg = 'FAILURE badAlg UnsupportedAlgorithm';

describe('C: mandatory and forbidden algorithms', () => {
  it('C-1 answers GetCACaps', async () => {
    const { status } = await service().ask(get('operation=GetCACaps'));
    expect(status).toBe(200);
  });

  it('C-1 answers GetCACert', async () => {
    const { status } = await service().ask(get('operation=GetCACert'));
    expect(status).toBe(200);
  });

  it('C-1 answers a PKCSReq by POST with AES128-CBC and SHA-256', async () => {
    const { reply } = await exchange({ envelope: { cipher: 'aes128' } });
    expect(reply()).toMatchObject({ status: 'SUCCESS' });
  });

  it('C-2 accepts a PKIOperation by GET', async () => {
    const { ra, ask, challenge } = service();
    const request = pkcsReq({ ra, challenge: await challenge() });
    const { bytes } = await ask(getMessage(request.message));
    expect(readReply(bytes, request, ra)).toMatchObject({ status: 'SUCCESS' });
  });

  it.each([
    ['3DES', { envelope: { cipher: 'des3' } }],
    ['SHA-1', { signer: { digest: 'sha1' } }],
  ] as const)('C-2 refuses %s unless its quirk is on', async (_, message) => {
    const refused = await exchange(message);
    const taken = await exchange(message, legacy);
    expect([refused.verdict, taken.verdict]).toEqual([badAlg, 'SUCCESS']);
    expect(await refused.leavesChallengeGood()).toBe(true);
  });

  const md5WithRsa = algorithmIdentifier(oids.md5WithRsa);
  const md5 = algorithmIdentifier(digests.md5.oid);
  const oaepOfMd5 = sequence(tagged(0, md5), tagged(1, algorithmIdentifier(oids.mgf1, md5)));
  it.each([
    ['single DES', { envelope: { cipher: 'des' } }],
    ['AES under the OID of single DES', { envelope: { cipherOid: ciphers.des.oid } }],
    ['MD5', { signer: { digest: 'md5' } }],
    ['SHA-256 under the OID of MD5', { signer: { digestOid: digests.md5.oid } }],
    ['a signature over MD5', { signer: { signatureAlgorithm: md5WithRsa } }],
    [
      'OAEP with MD5',
      { recipient: { transportAlgorithm: algorithmIdentifier(oids.rsaesOaep, oaepOfMd5) } },
    ],
    ['an unknown cipher', { envelope: { cipherOid: '2.16.840.1.101.3.4.1.6' } }],
  ] as const)('C-3 refuses %s whatever quirks are on', async (_, message) => {
    const { verdict, leavesChallengeGood } = await exchange(message, legacy);
    expect(verdict).toBe(badAlg);
    expect(await leavesChallengeGood()).toBe(true);
  });

  it('C-4 answers AES128-CBC and SHA-256 with the same', async () => {
    const { response } = await exchange();
    expect(algorithmsOf(response.bytes)).toEqual({ cipher: 'aes128', digest: 'sha256' });
  });

  it.each<[CipherName, 'sha1' | 'sha256' | 'sha512']>([
    ['aes256', 'sha512'],
    ['aes192', 'sha256'],
    ['des3', 'sha1'],
  ])(
    'C-4 answers %s and %s with the same, because the client may know no others',
    async (cipher, digest) => {
      const { response, reply } = await exchange(
        { envelope: { cipher }, signer: { digest } },
        legacy,
      );
      expect(algorithmsOf(response.bytes)).toEqual({ cipher, digest });
      expect(reply()).toMatchObject({ status: 'SUCCESS' });
    },
  );

  it('C-6 refuses a PKCS#10 that is not in an envelope', async () => {
    const { csr } = (await exchange()).request;
    const { verdict, leavesChallengeGood } = await exchange({ signedData: { content: csr } });
    expect(verdict).toBe('FAILURE badRequest EnvelopeRefused');
    expect(await leavesChallengeGood()).toBe(true);
  });

  it('C-7 refuses a PasswordRecipientInfo, which is for keys that cannot decrypt', async () => {
    const { verdict } = await exchange({ envelope: { recipients: [passwordRecipient()] } });
    expect(verdict).toBe('FAILURE badRequest RecipientUnknown');
  });
});
