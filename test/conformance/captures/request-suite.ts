/**
 * What the server makes of the messages in test/support/kit/clients. It runs on the built messages
 * for everyone, and on the captured ones where they are beside the checkout.
 */
import { describe, expect, it } from 'vitest';
import { readEnrolment } from '../../../lambda/message/enrolment.ts';
import { readEnvelope } from '../../../lambda/message/envelope.ts';
import { openCertificationRequest } from '../../../lambda/message/open-envelope.ts';
import { verifyPkiMessage } from '../../../lambda/message/pki-message.ts';
import { defaultQuirks } from '../../../lambda/message/quirks.ts';
import type { RaIdentity } from '../../../lambda/message/ra-identity.ts';
import { readSignedData } from '../../../lambda/message/signed-data.ts';
import { mutated, numbersFrom } from '../../hostile/mutate.ts';
import { maxCpuMilliseconds, target } from '../../hostile/target.ts';
import type { CapturedShape, ShapeSource } from '../../support/kit/clients/captured-shapes.ts';
import { children, contentOf } from '../../support/kit/elements.ts';
import { contentInfoContent, required } from '../../unit/http/cert-rep-fields.ts';
import { service } from '../../unit/http/service.ts';
import { codeOf } from '../../unit/policy/requests.ts';

const legacy = { ...defaultQuirks, sha1: true, tripleDes: true };

/** The messages, and the identity that Apple's request is addressed to. */
export interface RequestSource {
  readonly shape: ShapeSource;
  readonly appleRecipient: () => RaIdentity;
}

/** Describes them all. `origin` is the end of each title: built, or captured. */
export function describeRequests(origin: string, source: RequestSource): void {
  describeApple(origin, source);
  describeWindows(origin, source);
  describeOthers(origin, source);
  describeMutations(origin, source);
}

function describeApple(origin: string, { shape, appleRecipient }: RequestSource): void {
  const apple = () => shape('Apple MDM 2016 PKCSReq');

  describe(`Apple’s MDM client of 2016, ${origin}`, () => {
    it('sends a message whose signature holds', () => {
      const message = verifyPkiMessage(readSignedData(apple()), legacy);
      expect(message.messageType).toBe('PKCSReq');
      expect(message.digest.nodeName).toBe('sha1');
      expect(message.replyTo.transactionId).toMatch(/^[0-9A-F]{40}$/);
      expect(message.replyTo.senderNonce).toHaveLength(8);
    });

    it('sends an envelope that its recipient’s key opens, with the CSR in it', () => {
      const message = verifyPkiMessage(readSignedData(apple()), legacy);
      const envelope = readEnvelope(message.content, [appleRecipient()], legacy);
      const request = openCertificationRequest(envelope);
      expect(envelope.cipher.nodeName).toBe('des-ede3-cbc');
      expect(request.publicKey.asymmetricKeyDetails?.modulusLength).toBe(1024);
      const enrolment = readEnrolment('test', message, request);
      expect(enrolment.subject.map(({ oid }) => oid)).toEqual(['2.5.4.3']);
      expect(enrolment.challengePasswords).toEqual([]);
    });

    it('receives badAlg from a connector without its algorithms', async () => {
      const { tell } = service({ parts: { identities: [appleRecipient()] } });
      expect(await tell(apple())).toBe('FAILURE badAlg UnsupportedAlgorithm');
    });

    it('receives badRequest from one that has them, as its key is not the CSR’s', async () => {
      const parts = { identities: [appleRecipient()] as const };
      const { tell, ca } = service({ parts, quirks: legacy });
      expect(await tell(apple())).toBe('FAILURE badRequest SignerKeyMismatch');
      expect(ca.orders).toHaveLength(0);
    });

    it('is allowed that by a quirk, and is refused for its key of 1024 bits', async () => {
      const parts = { identities: [appleRecipient()] as const };
      const { tell } = service({ parts, quirks: { ...legacy, allowSignerKeyMismatch: true } });
      expect(await tell(apple())).toBe('FAILURE badRequest KeyRefused');
    });
  });
}

/**
 * One of our identities, with the serial number that Windows' request names, so that its envelope
 * is read to the end.
 */
function windowsRecipient(message: Uint8Array): RaIdentity {
  const [, recipients] = children(contentInfoContent(required(readSignedData(message).content)));
  const [, identifier] = children(required(children(required(recipients))[0]));
  const serial = contentOf(required(children(required(identifier))[1]));
  const [identity] = service().connector.identities;
  return { ...identity, certificate: { ...identity.certificate, serial } };
}

function describeWindows(origin: string, { shape }: RequestSource): void {
  const windows = () => shape('Windows Intune PKCSReq');

  describe(`Windows under Intune, ${origin}`, () => {
    it('sends a message whose signature holds', () => {
      const { messageType, digest, replyTo } = verifyPkiMessage(readSignedData(windows()), {
        ...defaultQuirks,
        sha1: true,
      });
      expect([messageType, digest.nodeName]).toEqual(['PKCSReq', 'sha1']);
      expect(replyTo.transactionId).toMatch(/^[0-9a-f]{40}$/);
      expect(replyTo.senderNonce).toHaveLength(16);
    });

    it('is refused with badAlg where SHA-1 is off', () => {
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

    it('is refused by an RA that it does not address', async () => {
      const { tell } = service({ quirks: { sha1: true } });
      expect(await tell(windows())).toBe('FAILURE badRequest RecipientUnknown');
    });

    it('is refused by an RA whose key does not open its envelope', async () => {
      const message = windows();
      const parts = { identities: [windowsRecipient(message)] as const };
      const { tell } = service({ parts, quirks: { sha1: true } });
      expect(await tell(message)).toBe('FAILURE badRequest EnvelopeRefused');
    });
  });
}

/** A request that is encrypted to another CA, the parts of one, and what only servers send. */
const refused: readonly (readonly [CapturedShape, verdict: string])[] = [
  ['Gutmann CSR', '400 NotAPkiMessage'],
  ['Gutmann request envelope', '400 NotAPkiMessage'],
  ['Gutmann PKCSReq', 'FAILURE badRequest RecipientUnknown'],
  ['Gutmann certificates', '400 NotAPkiMessage'],
  ['Gutmann reply envelope', '400 NotAPkiMessage'],
  ['Gutmann CertRep', '400 NoSenderNonce'],
  ['micromdm CertRep', '400 NoSenderNonce'],
  ['NDES success', '400 NoSignerCertificate'],
  ['NDES failure', '400 NoSignerCertificate'],
  ['MD5 server failure', '400 NoSignerCertificate'],
  ['Apple test GetCACert', '400 NotAPkiMessage'],
  ['Cisco GetCACert', '400 NotAPkiMessage'],
  ['MSCEP GetCACert', '400 NotAPkiMessage'],
  ['MSCEP chain GetCACert', '400 NotAPkiMessage'],
  ['NDES GetCACert', '400 NotAPkiMessage'],
  ['NDES renewed GetCACert', '400 NotAPkiMessage'],
];

function describeOthers(origin: string, { shape }: RequestSource): void {
  describe(`a message for another server or from one, ${origin}`, () => {
    it.each(refused)('is refused: %s (%s)', async (name, verdict) => {
      const { tell, ca } = service({ quirks: legacy });
      expect(await tell(shape(name))).toBe(verdict);
      expect(ca.orders).toHaveLength(0);
    });
  });
}

function describeMutations(origin: string, { shape, appleRecipient }: RequestSource): void {
  describe(`a message changed at random, ${origin}`, () => {
    it.each([
      ['Apple MDM 2016 PKCSReq', 150],
      ['Windows Intune PKCSReq', 150],
      ['Gutmann PKCSReq', 50],
    ] as const)('ends in no outage and brings no certificate: %s', async (name, count) => {
      const bytes = shape(name);
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
}
