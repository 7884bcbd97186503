/**
 * What the client makes of servers' replies in test/support/kit/clients. It runs on the built ones
 * for everyone, and on the captured ones where they are beside the checkout.
 */
import { X509Certificate } from 'node:crypto';
import * as pkijs from 'pkijs';
import { describe, expect, it } from 'vitest';
import { readCaCertificates } from '../../../lib/scep-client/ca-certificates.ts';
import { parseCertRep } from '../../../lib/scep-client/cert-rep.ts';
import { readCertificateBag } from '../../../lib/scep-client/issued-certificates.ts';
import { readSignedData, verifySignedReply } from '../../../lib/scep-client/signed-reply.ts';
import type { CapturedShape, ShapeSource } from '../../support/kit/clients/captured-shapes.ts';
import { rsaKey } from '../../support/kit/keys.ts';
import { pkcsReq } from '../../support/kit/pkcs-req.ts';
import { identityOf } from '../../support/kit/reply.ts';
import { testRa } from '../../support/kit/test-ra.ts';

/** The answers to GetCACert, and the length of the chain above the RA in each. */
const chainLengths = {
  'Apple test GetCACert': 1,
  'Cisco GetCACert': 2,
  'MSCEP GetCACert': 1,
  'MSCEP chain GetCACert': 2,
  'NDES GetCACert': 2,
  'NDES renewed GetCACert': 2,
} as const satisfies Partial<Record<CapturedShape, number>>;

type CaCertificates = keyof typeof chainLengths;

/** The replies, and the commonName of the RA in each answer to GetCACert. */
interface ReplySource {
  readonly shape: ShapeSource;
  readonly raNames: Readonly<Record<CaCertificates, string>>;
}

/** Describes them all. `origin` is the end of each title: built, or captured. */
export function describeReplies(origin: string, { shape, raNames }: ReplySource): void {
  describe(`an answer of a real server to GetCACert, ${origin}`, () => {
    it.each(Object.keys(chainLengths) as CaCertificates[])(
      'has an RA to encrypt to: %s',
      (name) => {
        const { recipient, chain } = readCaCertificates(readCertificateBag(shape(name)));
        expect(recipient.subject).toContain(`CN=${raNames[name]}`);
        expect(recipient.ca).toBe(false);
        // Both RA certificates of NDES have one name; keyEncipherment (32) tells them apart.
        expect(keyUsageOf(recipient) & 32).toBe(32);
        expect(chain).toHaveLength(chainLengths[name]);
      },
    );
  });

  describe(`a reply of a real server, ${origin}`, () => {
    it.each(['Gutmann CertRep', 'micromdm CertRep'] as const)(
      'has a signature that holds over its attributes: %s',
      (name) => {
        const bytes = shape(name);
        const { content } = verifySignedReply(bytes, embedded(bytes), true);
        expect(content?.length).toBeGreaterThan(1000);
      },
    );

    // What each lacks for RFC 8894: a senderNonce (3.2.1.5), a certificate we trust, a signature.
    it.each([
      ['Gutmann CertRep', 'malformedReply', 'senderNonce'],
      ['micromdm CertRep', 'malformedReply', 'senderNonce'],
      ['NDES failure', 'untrustedReply', 'GetCACert'],
      ['NDES success', 'untrustedReply', 'GetCACert'],
      ['MD5 server failure', 'untrustedReply', 'GetCACert'],
      ['Gutmann certificates', 'malformedReply', 'one signer'],
      ['Gutmann reply envelope', 'malformedReply', 'SignedData'],
      ['MSCEP chain GetCACert', 'malformedReply', 'one signer'],
    ] as const)('is refused: %s, with %s (%s)', (name, code, why) => {
      const bytes = shape(name);
      const attributes = attributesOf(bytes);
      const expected = { ...attributes, identity: ourIdentity(), signers: embedded(bytes) };
      expect(() => parseCertRep(bytes, { ...expected, allowLegacy: true })).toThrow(
        expect.objectContaining({ code, message: expect.stringMatching(why) }),
      );
    });
  });
}
/** The octet of keyUsage in a certificate, critical or not. */
function keyUsageOf({ raw }: X509Certificate): number {
  const [, octet = '0'] = raw.toString('hex').match(/0603551d0f(?:0101ff)?04040302..(..)/) ?? [];
  return Number.parseInt(octet, 16);
}

const ourIdentity = () => identityOf(pkcsReq({ ra: testRa(), key: rsaKey() }));

/** The certificates in a message, or none where it has none. */
function embedded(bytes: Uint8Array): X509Certificate[] {
  const certificates = signedDataOf(bytes)?.certificates ?? [];
  return certificates
    .filter((one) => one instanceof pkijs.Certificate)
    .map((one) => new X509Certificate(new Uint8Array(one.toSchema().toBER())));
}

/**
 * The transactionID and nonce that a reply itself claims, so that the checks go on to the next one.
 */
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
