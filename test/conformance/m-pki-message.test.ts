import { describe, expect, it } from 'vitest';
import { withLongLength } from '../support/kit/ber.ts';
import { buildCertificate } from '../support/kit/certificate.ts';
import {
  indefinite,
  integer,
  octetString,
  oid,
  sequence,
  stringTypes,
  tlv,
} from '../support/kit/der.ts';
import { children } from '../support/kit/elements.ts';
import { rsaKey } from '../support/kit/keys.ts';
import { cn, name } from '../support/kit/names.ts';
import { algorithm, oids } from '../support/kit/oids.ts';
import { pkcsReq, selfSigned } from '../support/kit/pkcs-req.ts';
import { type AttributeName, changed, twice, without } from '../support/kit/signed-attributes.ts';
import { testRa } from '../support/kit/test-ra.ts';
import { certRepFieldsOf, hex } from '../unit/http/cert-rep-fields.ts';
import { type ExchangeOptions, exchange } from '../unit/http/exchange.ts';
import { refuses } from './refuses.ts';
import { withCrls } from './with-crls.ts';

const unreadable = 'FAILURE badRequest EnvelopeRefused';
const notOurs = 'FAILURE badRequest RecipientUnknown';
const unsound = 'FAILURE badMessageCheck SignedAttributesInvalid';
const forged = 'FAILURE badMessageCheck SignatureInvalid';
const unsupported = 'FAILURE badRequest UnsupportedMessageType';

const contentIn = ({ response }: { readonly response: { readonly bytes: Uint8Array } }) =>
  certRepFieldsOf(response.bytes).eContent;

const device = rsaKey();
const thief = rsaKey(2048, 'thief');

describe('M: pkiMessage', () => {
  it.each([oids.signedData, oids.envelopedData, '1.2.3.4'])(
    'M-1 refuses the eContentType %s',
    (contentType) => refuses({ signedData: { contentType } }, unsound),
  );

  it('M-2 refuses a PKCSReq with names instead of a request', async () => {
    const names = sequence(name(cn('test CA')), name(cn('device')));
    await refuses({ envelope: { content: names } }, unreadable);
  });

  it('M-2 refuses content other than a pkcsPKIEnvelope, and a message without content', async () => {
    await refuses({ signedData: { content: octetString(Uint8Array.of(1, 2, 3)) } }, unreadable);
    await refuses({ signedData: { content: undefined } }, unreadable);
  });

  it('M-3 refuses a message without signedAttrs', () =>
    refuses({ signer: { attributes: undefined } }, '400 NotAPkiMessage'));

  it.each<[AttributeName, string]>([
    ['contentType', unsound],
    ['messageDigest', unsound],
    ['messageType', unsupported],
    ['transactionId', '400 NoTransactionId'],
    ['senderNonce', '400 NoSenderNonce'],
  ])(
    'M-4 refuses a message unless it has one %s with one value of its type',
    async (attribute, expected) => {
      const value = { contentType: oid(oids.data), messageType: stringTypes.printable('19') };
      const one =
        attribute in value ? value[attribute as keyof typeof value] : octetString(device.spki);
      await refuses({ attributes: without(attribute) }, expected);
      const edits = [twice(attribute), changed(attribute, one, one), changed(attribute)];
      for (const attributes of [...edits, changed(attribute, integer(19))])
        await refuses({ attributes }, expected);
    },
  );

  it('M-5 has every attribute of a CertRep once, copied or new', async () => {
    const { request, response } = await exchange();
    const { values } = certRepFieldsOf(response.bytes);
    const printable = (text: string) => [stringTypes.printable(text)];
    expect(values('messageType').map(hex)).toEqual(printable('3').map(hex));
    expect(values('pkiStatus').map(hex)).toEqual(printable('0').map(hex));
    expect(values('failInfo')).toEqual([]);
    expect(values('transactionId').map(hex)).toEqual(printable(request.transactionId).map(hex));
    expect(values('recipientNonce').map(hex)).toEqual([hex(octetString(request.senderNonce))]);
    expect([...values('senderNonce'), ...values('messageDigest')]).toHaveLength(2);
    expect(values('contentType').map(hex)).toEqual([hex(oid(oids.data))]);
  });

  it('M-5 has a failInfo in a FAILURE, as a PrintableString', async () => {
    const { values } = certRepFieldsOf((await exchange({ messageType: '18' })).response.bytes);
    const both = [...values('failInfo'), ...values('pkiStatus')];
    expect(both.map(hex)).toEqual(both.map(() => hex(stringTypes.printable('2'))));
  });

  it('M-6 refuses a message without messageType', () =>
    refuses({ attributes: without('messageType') }, unsupported));

  it.each(['0', '1', '3', '16', '17', '18', '21', '22', '23', '019', '19 ', '+19', '', 'PKCSReq'])(
    'M-7 refuses the messageType %j',
    (messageType) => refuses({ messageType }, unsupported),
  );

  it('M-9 refuses encrypted content that is not data', () =>
    refuses({ envelope: { contentType: oids.signedData } }, unreadable));

  it('M-10 omits the eContent of FAILURE and PENDING', async () => {
    const failure = await exchange({ messageType: '18' });
    const pending = await exchange({}, { held: true });
    expect([failure, pending].map(contentIn)).toEqual([undefined, undefined]);
  });

  it('M-10 sends an empty eContent if the quirk for certmonger is on', async () => {
    const quirks = { emptyContent: 'zero-length' } as const;
    const failure = await exchange({ messageType: '18' }, { quirks });
    const pending = await exchange({}, { held: true, quirks });
    expect([failure, pending].map((one) => contentIn(one)?.length)).toEqual([0, 0]);
    expect([failure.reply().status, pending.reply().status]).toEqual(['FAILURE', 'PENDING']);
  });

  it.each<[string, ExchangeOptions]>([
    ['no certificates field', { signedData: { certificates: undefined } }],
    ['no certificate', { signedData: { certificates: [] } }],
    ['the certificate of another', { signedData: { certificates: [selfSigned(thief)] } }],
    ['a malformed certificate', { signedData: { certificates: [sequence(integer(1))] } }],
  ])('M-11 refuses %s', (_, message) => refuses(message, '400 NoSignerCertificate'));

  it('M-11 accepts two copies of the signer’s certificate', async () => {
    const certificates = [selfSigned(device), testRa('other').caCertificate, selfSigned(device)];
    expect((await exchange({ signedData: { certificates } })).verdict).toBe('SUCCESS');
  });

  it('M-11 refuses two different certificates with one issuer and serial number', async () => {
    const serial = Uint8Array.of(7);
    const twin = (key = device) =>
      buildCertificate({
        subject: name(cn('device')),
        spki: key.spki,
        signingKey: key.privateKey,
        serial,
      });
    const certificates = [twin(), twin(thief)];
    await refuses(
      { signerCertificate: twin(), signedData: { certificates } },
      '400 NoSignerCertificate',
    );
  });

  it('M-11 finds the signer’s certificate among others by its identifier', async () => {
    const certificates = [selfSigned(thief), testRa('other').caCertificate, selfSigned(device)];
    expect((await exchange({ signedData: { certificates } })).verdict).toBe('SUCCESS');
  });

  it('M-11 refuses an invalid signature, and one by another key than the certificate’s', async () => {
    await refuses({ signer: { key: thief.privateKey } }, forged);
    await refuses({ signer: { corruptSignature: true } }, forged);
  });

  it.each([
    ['a long length', withLongLength],
    ['an indefinite length', (der: Uint8Array) => indefinite(0xa0, ...children(der))],
    [
      'long lengths inside',
      (der: Uint8Array) => tlv(0xa0, ...children(der).map((one) => withLongLength(one))),
    ],
    ['another order', (der: Uint8Array) => tlv(0xa0, ...children(der).toReversed())],
  ])('M-11 verifies signedAttrs with %s over their DER form', async (_, rewriteAttributes) => {
    expect((await exchange({ signer: { rewriteAttributes } })).verdict).toBe('SUCCESS');
    await refuses({ signer: { rewriteAttributes, corruptSignature: true } }, forged);
  });

  it('M-12 encrypts the reply to the certificate that signed the request', async () => {
    expect((await exchange()).reply()).toMatchObject({ status: 'SUCCESS' });
  });

  it('M-13 refuses a message without a signer, and one with two', async () => {
    const certificates = [selfSigned(device)];
    const signer = { key: device.privateKey, certificate: selfSigned(device), attributes: [] };
    await refuses({ signedData: { signers: [], certificates } }, '400 NotAPkiMessage');
    await refuses(
      { signedData: { signers: [signer, signer], certificates } },
      '400 NotAPkiMessage',
    );
  });

  it('M-13 refuses an envelope without a recipient, one to the CA, and one to the RA twice', async () => {
    const ra = testRa();
    const toRa = { certificate: ra.raCertificate };
    await refuses({ envelope: { recipients: [] } }, notOurs);
    await refuses({ recipient: { certificate: ra.caCertificate } }, notOurs);
    await refuses({ envelope: { recipients: [toRa, toRa] } }, unreadable);
  });

  it('M-13 opens an envelope to the RA and others', async () => {
    const recipients = [
      { certificate: testRa('other').raCertificate },
      { certificate: testRa().raCertificate },
    ];
    expect((await exchange({ envelope: { recipients } })).verdict).toBe('SUCCESS');
  });

  it('M-14 ignores CRLs and unrelated certificates', async () => {
    const { ra, challenge, tell } = await exchange({ messageType: '18' });
    const certificates = [selfSigned(device), testRa('other').caCertificate];
    const { message } = pkcsReq({ ra, challenge, signedData: { certificates } });
    expect(await tell(withCrls(message, sequence(integer(1))))).toBe('SUCCESS');
  });

  it('M-14 refuses more than ten certificates', async () => {
    const certificates = Array.from({ length: 11 }, () => testRa('other').caCertificate);
    await refuses({ signedData: { certificates } }, '400 NotAPkiMessage');
  });

  it('M-15 refuses a contentType and a messageDigest that differ from the content', async () => {
    await refuses({ attributes: changed('contentType', oid(oids.signedData)) }, unsound);
    await refuses({ attributes: changed('messageDigest', octetString(device.spki)) }, unsound);
  });

  it('M-15 verifies the attributes as received, sorted or not', async () => {
    expect((await exchange({ signer: { sortAttributes: false } })).verdict).toBe('SUCCESS');
  });

  it('M-15 refuses a signature algorithm with another digest', async () => {
    const signatureAlgorithm = algorithm(oids.sha512WithRsa);
    await refuses({ signer: { signatureAlgorithm } }, 'FAILURE badAlg UnsupportedAlgorithm');
  });
});
