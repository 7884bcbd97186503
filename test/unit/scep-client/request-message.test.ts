import { X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  buildCertificationRequest,
  deriveTransactionId,
  readCertificationRequest,
} from '../../../lib/scep-client/certification-request.ts';
import { createSelfSignedIdentity } from '../../../lib/scep-client/identity.ts';
import {
  buildCertPoll,
  buildPkcsReq,
  type Encryption,
} from '../../../lib/scep-client/request-message.ts';
import { buildCsr } from '../../support/kit/csr.ts';
import { generalName, subjectAltName } from '../../support/kit/extensions.ts';
import { rsaKey } from '../../support/kit/keys.ts';
import { cn, name } from '../../support/kit/names.ts';
import { readRequest } from '../../support/kit/read-request.ts';
import { requireDer } from '../../support/kit/require-der.ts';
import { testRa } from '../../support/kit/test-ra.ts';

const ra = testRa();
const { privateKey: key } = rsaKey();
const wanted = { subject: 'CN=device', challengePassword: 'S3CRET' };

async function createTransaction(encryption: Encryption) {
  const certificationRequest = await buildCertificationRequest(key, wanted);
  const { subject } = readCertificationRequest(certificationRequest, key);
  const identity = await createSelfSignedIdentity(key, subject);
  const recipient = new X509Certificate(ra.raCertificate);
  const transactionId = deriveTransactionId(certificationRequest);
  const parties = { identity, recipient, transactionId, encryption };
  return { certificationRequest, subject, parties };
}

describe('a certification request', () => {
  it('has the same bytes as the test kit’s for the same input', async () => {
    const built = await buildCertificationRequest(key, {
      subject: 'CN=device,O=Example,C=DE,E=a@b.example',
      challengePassword: 'S3CRET',
      emailAddresses: ['a@b.example'],
      dnsNames: ['a.example', 'b.example'],
      uris: ['https://a.example/x'],
    });
    const { dns, email, uri } = generalName;
    const names = [
      email('a@b.example'),
      dns('a.example'),
      dns('b.example'),
      uri('https://a.example/x'),
    ];
    const subject = name(
      cn('device'),
      { type: 'O', value: 'Example' },
      { type: 'C', value: 'DE', as: 'printable' },
      { type: 'E', value: 'a@b.example', as: 'ia5' },
    );
    const extensions = [subjectAltName(names)];
    const expected = buildCsr({ subject, challenges: ['S3CRET'], extensions });
    expect(Buffer.from(built)).toEqual(Buffer.from(expected));
  });

  it('uses UTF8String for a challenge that does not fit a PrintableString', async () => {
    const built = await buildCertificationRequest(key, { ...wanted, challengePassword: 'a_b' });
    const challenges = [{ value: 'a_b', as: 'utf8' as const }];
    expect(Buffer.from(built)).toEqual(Buffer.from(buildCsr({ challenges })));
  });

  it('is identical for the same key and input', async () => {
    const [first, second] = await Promise.all(
      [1, 2].map(() => buildCertificationRequest(key, wanted)),
    );
    expect(first).toEqual(second);
  });

  it('refuses a DNS name outside ASCII', async () => {
    const request = buildCertificationRequest(key, { ...wanted, dnsNames: ['zürich.example'] });
    await expect(request).rejects.toMatchObject({ code: 'badArgument' });
  });
});

describe('a PKCSReq', () => {
  it.each<Encryption>([
    { cipher: 'aes128', oaep: false },
    { cipher: 'aes256', oaep: false },
    { cipher: 'aes128', oaep: true },
    { cipher: 'aes128', oaep: 'SHA-1' },
  ])('can be decrypted by the RA ($cipher, OAEP $oaep)', async (encryption) => {
    const { certificationRequest, parties } = await createTransaction(encryption);
    const message = await buildPkcsReq(parties, certificationRequest);
    requireDer(message.bytes, 'The PKCSReq');
    const read = readRequest(message.bytes, ra.raKey);
    expect(read.content).toEqual(certificationRequest);
    expect(read).toMatchObject({ messageType: '19', transactionId: parties.transactionId });
    expect(Buffer.from(read.senderNonce)).toEqual(Buffer.from(message.senderNonce));
    expect(new X509Certificate(read.signerCertificate).checkPrivateKey(key)).toBe(true);
  });

  it('has a fresh nonce each time', async () => {
    const { certificationRequest, parties } = await createTransaction({
      cipher: 'aes128',
      oaep: false,
    });
    const first = await buildPkcsReq(parties, certificationRequest);
    const second = await buildPkcsReq(parties, certificationRequest);
    expect(first.senderNonce).not.toEqual(second.senderNonce);
  });
});

describe('a CertPoll', () => {
  it('names the CA and the subject in the same transaction', async () => {
    const { subject, parties } = await createTransaction({ cipher: 'aes128', oaep: false });
    const issuer = new X509Certificate(ra.caCertificate);
    const message = await buildCertPoll(parties, { issuer, subject });
    requireDer(message.bytes, 'The CertPoll');
    const read = readRequest(message.bytes, ra.raKey);
    expect(read).toMatchObject({ messageType: '20', transactionId: parties.transactionId });
    const names = Buffer.concat([ra.caName, name(cn('device'))]);
    expect(Buffer.from(read.content.subarray(2))).toEqual(names);
  });
});
