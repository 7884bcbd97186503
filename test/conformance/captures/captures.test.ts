/** Messages that real clients sent, through the rooms they pass here. */
import { createPrivateKey, createSecretKey, X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { parseCertificate } from '../../../lambda/message/certificate.ts';
import { readEnrolment } from '../../../lambda/message/enrolment.ts';
import { readEnvelope } from '../../../lambda/message/envelope.ts';
import { openCertificationRequest } from '../../../lambda/message/open-envelope.ts';
import { verifyPkiMessage } from '../../../lambda/message/pki-message.ts';
import { defaultQuirks } from '../../../lambda/message/quirks.ts';
import type { RaIdentity } from '../../../lambda/message/ra-identity.ts';
import { readSignedData } from '../../../lambda/message/signed-data.ts';
import { mutated, numbersFrom } from '../../hostile/mutate.ts';
import { maxCpuMilliseconds, target } from '../../hostile/target.ts';
import { children, contentOf } from '../../support/kit/elements.ts';
import { contentInfoContent, required } from '../../unit/http/cert-rep-fields.ts';
import { service } from '../../unit/http/service.ts';
import { codeOf } from '../../unit/policy/requests.ts';
import { sharedFile, sharedIsAbsent, skippedBecause } from './shared-folder.ts';

const legacy = { ...defaultQuirks, sha1: true, tripleDes: true };
const vector = (path: string) => sharedFile(`vectors/${path}`);
const apple = () => vector('apple-mdm-2016/PKCSReq.der');
const windows = () => vector('windows-intune/PKCSReq.der');

/** The identity that Apple's request was addressed to. */
function appleRecipient(): RaIdentity {
  const pem = (path: string) => Buffer.from(vector(`apple-mdm-2016/${path}`)).toString();
  const { raw } = new X509Certificate(pem('recipient.pem'));
  const privateKey = createPrivateKey(pem('recipient.key'));
  return {
    privateKey,
    certificate: parseCertificate(raw),
    notAfterSeconds: 0,
    caNotAfterSeconds: 0,
    chain: [raw],
    rejectionSecret: createSecretKey(new Uint8Array(32)),
  };
}

/**
 * One of ours, with the serial number that Windows' request names, so that its envelope is read to
 * the end.
 */
function windowsRecipient(message: Uint8Array): RaIdentity {
  const [, recipients] = children(contentInfoContent(required(readSignedData(message).content)));
  const [, identifier] = children(required(children(required(recipients))[0]));
  const serial = contentOf(required(children(required(identifier))[1]));
  const [identity] = service().connector.identities;
  return { ...identity, certificate: { ...identity.certificate, serial } };
}

describe.skipIf(sharedIsAbsent)(`Apple’s MDM client of 2016${skippedBecause}`, () => {
  it('sends a message whose signature holds', () => {
    const message = verifyPkiMessage(readSignedData(apple()), legacy);
    expect(message.messageType).toBe('PKCSReq');
    expect(message.digest.nodeName).toBe('sha1');
    expect(message.replyTo.senderNonce).toHaveLength(8);
  });

  it('sends an envelope that its key opens, with the CSR in it', () => {
    const message = verifyPkiMessage(readSignedData(apple()), legacy);
    const envelope = readEnvelope(message.content, [appleRecipient()], legacy);
    const request = openCertificationRequest(envelope);
    expect(envelope.cipher.nodeName).toBe('des-ede3-cbc');
    expect(request.publicKey.asymmetricKeyDetails?.modulusLength).toBe(1024);
    const enrolment = readEnrolment('test', message, request);
    expect(enrolment.subject.map(({ oid }) => oid)).toContain('2.5.4.3');
    expect(enrolment.challengePasswords).toEqual([]);
  });

  it('is told badAlg by a connector without its algorithms', async () => {
    const { tell } = service({ parts: { identities: [appleRecipient()] } });
    expect(await tell(apple())).toBe('FAILURE badAlg UnsupportedAlgorithm');
  });

  it('is told badRequest by one that has them, as a key of its own signs for the CSR’s', async () => {
    const parts = { identities: [appleRecipient()] as const };
    const { tell, ca } = service({ parts, quirks: legacy });
    expect(await tell(apple())).toBe('FAILURE badRequest SignerKeyMismatch');
    expect(ca.orders).toHaveLength(0);
  });

  it('passes that with the quirk for it, and is refused for its key of 1024 bits', async () => {
    const parts = { identities: [appleRecipient()] as const };
    const { tell } = service({ parts, quirks: { ...legacy, allowSignerKeyMismatch: true } });
    expect(await tell(apple())).toBe('FAILURE badRequest KeyRefused');
  });
});

describe.skipIf(sharedIsAbsent)(`Windows under Intune${skippedBecause}`, () => {
  it('sends a message whose signature holds', () => {
    const { messageType, digest, replyTo } = verifyPkiMessage(readSignedData(windows()), {
      ...defaultQuirks,
      sha1: true,
    });
    expect([messageType, digest.nodeName]).toEqual(['PKCSReq', 'sha1']);
    expect(replyTo.transactionId).toMatch(/^[0-9a-f]{40}$/);
    expect(replyTo.senderNonce).toHaveLength(16);
  });

  it('is told badAlg where SHA-1 is off', () => {
    expect(codeOf(() => verifyPkiMessage(readSignedData(windows()), defaultQuirks))).toBe(
      'UnsupportedAlgorithm',
    );
  });

  it('encrypts with AES-128-CBC, under OAEP with SHA-1', () => {
    const message = windows();
    const envelope = readEnvelope(
      readSignedData(message).content,
      [windowsRecipient(message)],
      defaultQuirks,
    );
    expect(envelope.cipher.nodeName).toBe('aes-128-cbc');
    expect(envelope.transport).toMatchObject({ scheme: 'oaep', digest: { nodeName: 'sha1' } });
    expect(envelope.ciphertext.length).toBeGreaterThan(5000);
  });

  it('is refused by an RA that it was not meant for', async () => {
    const { tell } = service({ quirks: { sha1: true } });
    expect(await tell(windows())).toBe('FAILURE badRequest RecipientUnknown');
  });

  it('is opened no more than any other envelope that is not ours', async () => {
    const message = windows();
    const parts = { identities: [windowsRecipient(message)] as const };
    const { tell } = service({ parts, quirks: { sha1: true } });
    expect(await tell(message)).toBe('FAILURE badRequest EnvelopeRefused');
  });
});

describe.skipIf(sharedIsAbsent)(`the RFC author’s own client${skippedBecause}`, () => {
  it.each(['req0', 'req1', 'req2'])(
    'sends what is read or refused, and is no outage: %s',
    async (file) => {
      const { tell, ca } = service({ quirks: legacy });
      expect(await tell(vector(`gutmann-reference/${file}.der`))).toMatch(/^(400|FAILURE) /);
      expect(ca.orders).toHaveLength(0);
    },
  );
});

describe.skipIf(sharedIsAbsent)(`what servers sent, sent to a server${skippedBecause}`, () => {
  it.each([
    'micromdm-reply/CertRep.der',
    'gutmann-reference/resp0.der',
    'gutmann-reference/resp1.der',
    'gutmann-reference/resp2.der',
    'ndes-replies/failure-getcrl-2012.der',
    'ndes-replies/success-no-certificates.der',
    'apple-security-regressions/bmw_scep_pkt.der',
    'apple-security-regressions/getcacert_mdes.der',
    'apple-security-regressions/scep_reply_17_58_00_der.der',
  ])('is refused: %s', async (file) => {
    const { tell, ca } = service({ quirks: legacy });
    expect(await tell(vector(file))).toMatch(/^(400|FAILURE) /);
    expect(ca.orders).toHaveLength(0);
  });
});

describe.skipIf(sharedIsAbsent)(`captures, changed at random${skippedBecause}`, () => {
  it.each([
    ['Apple', apple, 150],
    ['Windows', windows, 150],
    ['the RFC author', () => vector('gutmann-reference/req2.der'), 50],
  ])('end in no outage and bring no certificate: %s', async (_, capture, count) => {
    const bytes = capture();
    const parts = { identities: [appleRecipient()] as const };
    const { strike, orders } = target({ parts, quirks: legacy });
    await strike(bytes);
    const wrong: string[] = [];
    for (let round = 0; round < count; round += 1) {
      const { status, code, cpuMilliseconds } = await strike(mutated(bytes, numbersFrom(round)));
      if (status === 503 || cpuMilliseconds > maxCpuMilliseconds)
        wrong.push(`round ${round}: ${status} ${code}`);
    }
    expect(wrong).toEqual([]);
    expect(orders).toHaveLength(0);
  });
});
