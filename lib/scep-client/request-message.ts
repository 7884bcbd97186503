import { createHash, randomBytes, type X509Certificate } from 'node:crypto';
import * as asn1js from 'asn1js';
import * as pkijs from 'pkijs';
import { engine, toArrayBuffer } from './engine.ts';
import { ScepClientError } from './errors.ts';
import { type Identity, importSigningKey } from './identity.ts';
import { oids } from './oids.ts';

/** How the message is encrypted. */
export interface Encryption {
  readonly cipher: 'aes128' | 'aes256';
  /** RSAES-OAEP instead of RSAES-PKCS1-v1_5: with SHA-256 or, as Windows sends it, with SHA-1. */
  readonly oaep: boolean | 'SHA-1';
}

/** A message to send, and the nonce its reply must repeat. */
export interface RequestMessage {
  readonly bytes: Uint8Array;
  readonly transactionId: string;
  readonly senderNonce: Uint8Array;
}

/** Who sends, to whom, and in which transaction. */
export interface Correspondence {
  readonly identity: Identity;
  /** The certificate to encrypt to. */
  readonly recipient: X509Certificate;
  readonly transactionId: string;
  readonly encryption: Encryption;
}

/** A PKCSReq (19): asks for the certificate that a PKCS#10 request describes. */
export function buildPkcsReq(
  correspondence: Correspondence,
  certificationRequest: Uint8Array,
): Promise<RequestMessage> {
  return buildMessage('19', correspondence, certificationRequest);
}

/** A CertPoll (20): asks again for a transaction that is pending (RFC 8894 3.3.3). */
export function buildCertPoll(
  correspondence: Correspondence,
  names: {
    readonly issuer: X509Certificate;
    readonly subject: pkijs.RelativeDistinguishedNames;
  },
): Promise<RequestMessage> {
  const issuer = pkijs.Certificate.fromBER(toArrayBuffer(names.issuer.raw)).subject;
  const value = [issuer.toSchema(), names.subject.toSchema()];
  const issuerAndSubject = new asn1js.Sequence({ value });
  return buildMessage('20', correspondence, new Uint8Array(issuerAndSubject.toBER()));
}

async function buildMessage(
  messageType: string,
  correspondence: Correspondence,
  messageData: Uint8Array,
): Promise<RequestMessage> {
  const { identity, transactionId } = correspondence;
  const senderNonce = new Uint8Array(randomBytes(16));
  const envelope = await encrypt(messageData, correspondence);
  const attributes = [
    attribute(oids.contentType, new asn1js.ObjectIdentifier({ value: oids.data })),
    attribute(oids.messageDigest, octets(createHash('sha256').update(envelope).digest())),
    attribute(oids.messageType, new asn1js.PrintableString({ value: messageType })),
    attribute(oids.transactionId, new asn1js.PrintableString({ value: transactionId })),
    attribute(oids.senderNonce, octets(senderNonce)),
  ];
  const bytes = await sign(envelope, identity, attributes);
  return { bytes, transactionId, senderNonce };
}

async function encrypt(content: Uint8Array, to: Correspondence): Promise<Uint8Array> {
  const enveloped = new pkijs.EnvelopedData();
  enveloped.policy.disableSplit = true; // a primitive string: DER, and readable by every server
  const recipient = pkijs.Certificate.fromBER(toArrayBuffer(to.recipient.raw));
  const { oaep } = to.encryption;
  const oaepHashAlgorithm = oaep === 'SHA-1' ? oaep : 'SHA-256';
  const transport = { useOAEP: oaep !== false, oaepHashAlgorithm };
  const length = to.encryption.cipher === 'aes256' ? 256 : 128;
  try {
    enveloped.addRecipientByCertificate(recipient, transport, undefined, engine);
    await enveloped.encrypt({ name: 'AES-CBC', length }, toArrayBuffer(content), engine);
  } catch (cause) {
    const message = 'The RA certificate of the server cannot be encrypted to.';
    throw new ScepClientError('noRaCertificate', message, { cause });
  }
  enveloped.version = 0; // RFC 5652 6.1: recipients by issuer and serial; pkijs says 2
  return contentInfo(oids.envelopedData, enveloped.toSchema());
}

async function sign(
  content: Uint8Array,
  { key, certificate }: Identity,
  attributes: readonly pkijs.Attribute[],
): Promise<Uint8Array> {
  const encapContentInfo = new pkijs.EncapsulatedContentInfo({ eContentType: oids.data });
  encapContentInfo.eContent = octets(content); // set here: the constructor would split it
  const sid = new pkijs.IssuerAndSerialNumber({
    issuer: certificate.issuer,
    serialNumber: certificate.serialNumber,
  });
  const sorted = [...attributes].sort((a, b) => Buffer.compare(encoded(a), encoded(b)));
  const signedAttrs = new pkijs.SignedAndUnsignedAttributes({ type: 0, attributes: sorted });
  const signed = new pkijs.SignedData({
    version: 1,
    encapContentInfo,
    signerInfos: [new pkijs.SignerInfo({ version: 1, sid, signedAttrs })],
    certificates: [certificate],
  });
  await signed.sign(await importSigningKey(key), 0, 'SHA-256', undefined, engine);
  return contentInfo(oids.signedData, signed.toSchema(true));
}

function contentInfo(contentType: string, content: asn1js.Sequence): Uint8Array {
  return new Uint8Array(new pkijs.ContentInfo({ contentType, content }).toSchema().toBER());
}

const attribute = (type: string, value: asn1js.BaseBlock) =>
  new pkijs.Attribute({ type, values: [value] });

const octets = (bytes: Uint8Array) => new asn1js.OctetString({ valueHex: toArrayBuffer(bytes) });

const encoded = (one: pkijs.Attribute) => new Uint8Array(one.toSchema().toBER());
