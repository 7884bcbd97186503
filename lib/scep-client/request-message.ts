/** Builds PKCSReq and CertPoll messages. */
import { createHash, randomBytes, type X509Certificate } from 'node:crypto';
import * as asn1js from 'asn1js';
import * as pkijs from 'pkijs';
import { engine, toArrayBuffer } from './engine.ts';
import { ScepClientError } from './errors.ts';
import { type Identity, importSigningKey } from './identity.ts';
import { oids } from './oids.ts';

/** The algorithms of the envelope. */
export interface Encryption {
  readonly cipher: 'aes128' | 'aes256';
  /** RSAES-OAEP with SHA-256, or with SHA-1 as Windows sends it, instead of RSAES-PKCS1-v1_5. */
  readonly oaep: boolean | 'SHA-1';
}

/** A message, and the values that its reply must repeat. */
export interface RequestMessage {
  readonly bytes: Uint8Array;
  readonly transactionId: string;
  readonly senderNonce: Uint8Array;
}

/** The parameters that all messages of one transaction share. */
export interface Transaction {
  readonly identity: Identity;
  /** The certificate for which messages are encrypted. */
  readonly recipient: X509Certificate;
  readonly transactionId: string;
  readonly encryption: Encryption;
}

/**
 * Builds a PKCSReq (19) with a PKCS#10 request. Throws `noRaCertificate` if encryption for the
 * recipient fails.
 */
export function buildPkcsReq(
  transaction: Transaction,
  certificationRequest: Uint8Array,
): Promise<RequestMessage> {
  return buildMessage('19', transaction, certificationRequest);
}

/**
 * Builds a CertPoll (20) for a pending transaction (RFC 8894 3.3.3). Throws `noRaCertificate` if
 * encryption for the recipient fails.
 */
export function buildCertPoll(
  transaction: Transaction,
  names: {
    readonly issuer: X509Certificate;
    readonly subject: pkijs.RelativeDistinguishedNames;
  },
): Promise<RequestMessage> {
  const issuer = pkijs.Certificate.fromBER(toArrayBuffer(names.issuer.raw)).subject;
  const value = [issuer.toSchema(), names.subject.toSchema()];
  const issuerAndSubject = new asn1js.Sequence({ value });
  return buildMessage('20', transaction, new Uint8Array(issuerAndSubject.toBER()));
}

async function buildMessage(
  messageType: string,
  transaction: Transaction,
  messageData: Uint8Array,
): Promise<RequestMessage> {
  const { identity, transactionId } = transaction;
  const senderNonce = new Uint8Array(randomBytes(16));
  const envelope = await encrypt(messageData, transaction);
  const attributes = [
    buildAttribute(oids.contentType, new asn1js.ObjectIdentifier({ value: oids.data })),
    buildAttribute(
      oids.messageDigest,
      toOctetString(createHash('sha256').update(envelope).digest()),
    ),
    buildAttribute(oids.messageType, new asn1js.PrintableString({ value: messageType })),
    buildAttribute(oids.transactionId, new asn1js.PrintableString({ value: transactionId })),
    buildAttribute(oids.senderNonce, toOctetString(senderNonce)),
  ];
  const bytes = await sign(envelope, identity, attributes);
  return { bytes, transactionId, senderNonce };
}

async function encrypt(content: Uint8Array, transaction: Transaction): Promise<Uint8Array> {
  const enveloped = new pkijs.EnvelopedData();
  enveloped.policy.disableSplit = true; // a primitive OCTET STRING is DER, so every server reads it
  const recipient = pkijs.Certificate.fromBER(toArrayBuffer(transaction.recipient.raw));
  const { cipher, oaep } = transaction.encryption;
  const oaepHashAlgorithm = oaep === 'SHA-1' ? oaep : 'SHA-256';
  const transport = { useOAEP: oaep !== false, oaepHashAlgorithm };
  const length = cipher === 'aes256' ? 256 : 128;
  try {
    enveloped.addRecipientByCertificate(recipient, transport, undefined, engine);
    await enveloped.encrypt({ name: 'AES-CBC', length }, toArrayBuffer(content), engine);
  } catch (cause) {
    const message = 'The RA certificate of the server does not allow encryption.';
    throw new ScepClientError('noRaCertificate', message, { cause });
  }
  enveloped.version = 0; // pkijs sets 2; RFC 5652 6.1 requires 0 for issuerAndSerialNumber
  return wrapContent(oids.envelopedData, enveloped.toSchema());
}

async function sign(
  content: Uint8Array,
  { key, certificate }: Identity,
  attributes: readonly pkijs.Attribute[],
): Promise<Uint8Array> {
  const encapContentInfo = new pkijs.EncapsulatedContentInfo({ eContentType: oids.data });
  encapContentInfo.eContent = toOctetString(content); // the constructor would split it
  const sid = new pkijs.IssuerAndSerialNumber({
    issuer: certificate.issuer,
    serialNumber: certificate.serialNumber,
  });
  const sorted = [...attributes].sort((a, b) => Buffer.compare(encode(a), encode(b)));
  const signedAttrs = new pkijs.SignedAndUnsignedAttributes({ type: 0, attributes: sorted });
  const signed = new pkijs.SignedData({
    version: 1,
    encapContentInfo,
    signerInfos: [new pkijs.SignerInfo({ version: 1, sid, signedAttrs })],
    certificates: [certificate],
  });
  await signed.sign(await importSigningKey(key), 0, 'SHA-256', undefined, engine);
  return wrapContent(oids.signedData, signed.toSchema(true));
}

function wrapContent(contentType: string, content: asn1js.Sequence): Uint8Array {
  return new Uint8Array(new pkijs.ContentInfo({ contentType, content }).toSchema().toBER());
}

const buildAttribute = (type: string, value: asn1js.BaseBlock) =>
  new pkijs.Attribute({ type, values: [value] });

const toOctetString = (bytes: Uint8Array) =>
  new asn1js.OctetString({ valueHex: toArrayBuffer(bytes) });

const encode = (one: pkijs.Attribute) => new Uint8Array(one.toSchema().toBER());
