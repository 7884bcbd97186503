/**
 * SCEP requests for tests, good by default, and wrong in exactly the way asked for. Everything is
 * synchronous. Independent of the server and of lib/client: DER by hand, node:crypto for keys.
 *
 *   const ra = testRa();                                   // a CA and its RA, in memory
 *   const good = pkcsReq({ ra, challenge: 'S3CRET' });     // good.message is what goes on the wire
 *   pkcsReq({ ra, challenge: 'S3CRET', csr: { subject: name(cn('printer')), extensions:
 *     [subjectAltName([generalName.dns('printer.example')])] } });
 *   pkcsReq({ ra, envelope: { cipher: 'des' } });          // badAlg
 *   pkcsReq({ ra, recipient: { transport: 'oaep-sha256', by: 'subjectKeyId' } });
 *   pkcsReq({ ra, messageType: '18' });                    // CVE-2026-30836
 *   pkcsReq({ ra, attributes: without('senderNonce') });   // twice(), changed(), more()
 *   pkcsReq({ ra, signer: { digest: 'sha1' }, signedData: { outer: 'ber' } });
 *   const poll = certPoll({ ra, request: good });          // same transactionID and signer
 */
import { createHash, randomBytes } from 'node:crypto';
import { buildCertificate } from './certificate.ts';
import { buildCsr, type CsrOptions } from './csr.ts';
import { concat, sequence } from './der.ts';
import { buildEnvelope, type EnvelopeOptions } from './envelope.ts';
import { keyIdentifier, keyUsage, subjectKeyIdentifier } from './extensions.ts';
import { rsaKey, type TestKey } from './keys.ts';
import { cn, name } from './names.ts';
import { oids } from './oids.ts';
import type { Recipient } from './recipient.ts';
import {
  cmsAttributes,
  type EditAttributes,
  nonceAttribute,
  textAttribute,
} from './signed-attributes.ts';
import { buildSignedData, type SignedDataOptions, type Signer } from './signed-data.ts';

/** What every message of a client may change. */
export interface MessageOptions {
  readonly ra: { readonly raCertificate: Uint8Array };
  readonly messageType?: string;
  readonly transactionId?: string;
  readonly senderNonce?: Uint8Array;
  readonly recipient?: Partial<Recipient>;
  /** Any knob of the envelope; `content` puts something else into it. */
  readonly envelope?: Partial<EnvelopeOptions>;
  /** Edits the signed attributes. */
  readonly attributes?: EditAttributes;
  readonly signer?: Partial<Signer>;
  /** Any knob of the SignedData; `content: undefined` sends no eContent. */
  readonly signedData?: Partial<SignedDataOptions>;
}

/** A PKCSReq: the client's key, the certificate that signs, and the CSR inside. */
export interface PkcsReqOptions extends MessageOptions {
  readonly key?: TestKey;
  readonly challenge?: string;
  readonly csr?: CsrOptions;
  /** The bytes to use as the CSR, instead of building one. */
  readonly csrBytes?: Uint8Array;
  readonly signerCertificate?: Uint8Array;
}

/** A built message and what a test needs to know of it. */
export interface BuiltMessage {
  readonly message: Uint8Array;
  readonly transactionId: string;
  readonly senderNonce: Uint8Array;
  readonly key: TestKey;
  readonly signerCertificate: Uint8Array;
}

/** A built PKCSReq, with its CSR. */
export interface BuiltPkcsReq extends BuiltMessage {
  readonly csr: Uint8Array;
}

/** A PKCSReq (19). The transactionID is made of the CSR, so that the same request has the same. */
export function pkcsReq(options: PkcsReqOptions): BuiltPkcsReq {
  const key = options.key ?? options.csr?.key ?? rsaKey();
  const challenges = options.challenge === undefined ? [] : [options.challenge];
  const csr = options.csrBytes ?? buildCsr({ key, challenges, ...options.csr });
  const signerCertificate = options.signerCertificate ?? selfSigned(key);
  const transactionId = createHash('sha256').update(csr).digest('hex').slice(0, 40).toUpperCase();
  const built = pkiMessage(
    csr,
    { messageType: '19', transactionId, ...options },
    { key, signerCertificate },
  );
  return { ...built, csr };
}

/** A CertPoll (20) for an earlier request: its transactionID, its signer, a fresh nonce. */
export function certPoll(
  options: MessageOptions & { readonly request: BuiltMessage; readonly names?: Uint8Array },
): BuiltMessage {
  const { transactionId } = options.request;
  const issuerAndSubject = options.names ?? sequence(name(cn('test CA')), name(cn('device')));
  const standard = { messageType: '20', transactionId };
  return pkiMessage(issuerAndSubject, { ...standard, ...options }, options.request);
}

/** Any message: content into an envelope, the envelope into a SignedData. */
function pkiMessage(
  content: Uint8Array,
  options: MessageOptions & { readonly messageType: string; readonly transactionId: string },
  by: { readonly key: TestKey; readonly signerCertificate: Uint8Array },
): BuiltMessage {
  const { messageType, transactionId } = options;
  const senderNonce = options.senderNonce ?? new Uint8Array(randomBytes(16));
  const recipient = { certificate: options.ra.raCertificate, ...options.recipient };
  const envelope = buildEnvelope({ content, recipients: [recipient], ...options.envelope });
  const digest = options.signer?.digest ?? 'sha256';
  const standard = [
    ...cmsAttributes(oids.data, eContent(envelope, options), digest),
    textAttribute('messageType', messageType),
    textAttribute('transactionId', transactionId),
    nonceAttribute('senderNonce', senderNonce),
  ];
  const attributes = options.attributes?.(standard) ?? standard;
  const { key, signerCertificate } = by;
  const signer = { key: key.privateKey, certificate: signerCertificate, attributes };
  const message = buildSignedData({
    content: envelope,
    certificates: [signerCertificate],
    signers: [{ ...signer, ...options.signer }],
    ...options.signedData,
  });
  return { message, transactionId, senderNonce, key, signerCertificate };
}

/** A self-signed signer certificate as RFC 8894 2.3 describes it; one per key and process. */
export function selfSigned(key: TestKey, subject = name(cn('device'))): Uint8Array {
  const id = Buffer.from(concat(key.spki, subject)).toString('base64');
  const known = selfSignedCertificates.get(id);
  if (known) return known;
  const extensions = [
    keyUsage(['digitalSignature', 'keyEncipherment']),
    subjectKeyIdentifier(keyIdentifier(key.spki)),
  ];
  const certificate = buildCertificate({
    subject,
    spki: key.spki,
    signingKey: key.privateKey,
    extensions,
  });
  selfSignedCertificates.set(id, certificate);
  return certificate;
}

const selfSignedCertificates = new Map<string, Uint8Array>();

function eContent(envelope: Uint8Array, { signedData }: MessageOptions): Uint8Array {
  if (!signedData || !('content' in signedData)) return envelope;
  return signedData.content ?? new Uint8Array();
}
