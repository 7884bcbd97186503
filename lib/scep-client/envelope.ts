/** Decrypts the pkcsPKIEnvelope of a reply. */
import {
  constants,
  createDecipheriv,
  type KeyObject,
  privateDecrypt,
  X509Certificate,
} from 'node:crypto';
import * as asn1js from 'asn1js';
import * as pkijs from 'pkijs';
import { toDer } from './ber.ts';
import { toArrayBuffer } from './engine.ts';
import { ScepClientError } from './errors.ts';
import type { Identity } from './identity.ts';
import { ciphers, digests, oids } from './oids.ts';
import { isNamedBy } from './signed-reply.ts';

/**
 * Decrypts an envelope in BER or DER with our key. Throws `unsupportedAlgorithm` for an algorithm
 * outside the lists. Throws `malformedReply` for another recipient, and for a content key that does
 * not fit its cipher.
 */
export function openEnvelope(
  bytes: Uint8Array,
  identity: Identity,
  allowLegacy = false,
): Uint8Array {
  const enveloped = readEnvelopedData(toDer(bytes, 'The envelope of the reply'));
  const { contentType, contentEncryptionAlgorithm } = enveloped.encryptedContentInfo;
  if (contentType !== oids.data)
    throw createMalformed('The content of the envelope is not of type data.');
  const cipher = ciphers.get(contentEncryptionAlgorithm.algorithmId);
  if (!cipher || (cipher.legacy && !allowLegacy)) {
    throw createUnsupported(`content cipher ${contentEncryptionAlgorithm.algorithmId}`);
  }
  const iv = contentEncryptionAlgorithm.algorithmParams;
  if (!(iv instanceof asn1js.OctetString))
    throw createMalformed('The cipher of the envelope has no IV.');
  if (!enveloped.encryptedContentInfo.encryptedContent)
    throw createMalformed('The envelope is empty.');
  const contentKey = decryptContentKey(findOurRecipient(enveloped, identity), identity.key);
  if (contentKey.length !== cipher.keyBytes) throw createUndecryptable();
  try {
    const decipher = createDecipheriv(cipher.name, contentKey, Buffer.from(iv.getValue()));
    const ciphertext = Buffer.from(enveloped.encryptedContentInfo.getEncryptedContent());
    return new Uint8Array(Buffer.concat([decipher.update(ciphertext), decipher.final()]));
  } catch (cause) {
    throw createUndecryptable(cause);
  }
}

function readEnvelopedData(bytes: Uint8Array): pkijs.EnvelopedData {
  try {
    const contentInfo = pkijs.ContentInfo.fromBER(toArrayBuffer(bytes));
    if (contentInfo.contentType !== oids.envelopedData) throw new Error(contentInfo.contentType);
    return new pkijs.EnvelopedData({ schema: contentInfo.content });
  } catch (cause) {
    throw createMalformed('The reply’s content is not a CMS EnvelopedData.', cause);
  }
}

function findOurRecipient(enveloped: pkijs.EnvelopedData, { certificate }: Identity) {
  const ours = new X509Certificate(new Uint8Array(certificate.toSchema().toBER()));
  const recipient = enveloped.recipientInfos
    .map(({ value }) => value)
    .find((value) => value instanceof pkijs.KeyTransRecipientInfo && isNamedBy(ours, value.rid));
  if (recipient instanceof pkijs.KeyTransRecipientInfo) return recipient;
  throw createMalformed('The reply is encrypted for another recipient (RFC 8894 2.3).');
}

function decryptContentKey(recipient: pkijs.KeyTransRecipientInfo, key: KeyObject): Buffer {
  const encryptedKey = Buffer.from(recipient.encryptedKey.getValue());
  const { algorithmId, algorithmParams } = recipient.keyEncryptionAlgorithm;
  const scheme = readKeyTransport(algorithmId, algorithmParams);
  try {
    return privateDecrypt({ key, ...scheme }, encryptedKey);
  } catch (cause) {
    throw createUndecryptable(cause);
  }
}

function readKeyTransport(algorithmId: string, parameters: unknown) {
  if (algorithmId === oids.rsaEncryption) return { padding: constants.RSA_PKCS1_PADDING };
  if (algorithmId !== oids.rsaesOaep) throw createUnsupported(`key transport ${algorithmId}`);
  const oaep = new pkijs.RSAESOAEPParams(parameters ? { schema: parameters } : {});
  const hash = oaep.hashAlgorithm.algorithmId;
  const maskHash = readMaskHash(oaep.maskGenAlgorithm);
  const digest = digests.get(hash);
  // node:crypto takes one hash for both. RFC 8017 recommends that, and every known server does it.
  if (!digest || maskHash !== hash)
    throw createUnsupported(`OAEP with ${hash} and MGF1 with ${maskHash}`);
  return { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: digest.name };
}

function readMaskHash(algorithm: pkijs.AlgorithmIdentifier): string {
  const { algorithmId, algorithmParams } = algorithm;
  if (algorithmId !== oids.mgf1) throw createUnsupported(`mask generation ${algorithmId}`);
  return new pkijs.AlgorithmIdentifier({ schema: algorithmParams }).algorithmId;
}

function createMalformed(message: string, cause?: unknown): ScepClientError {
  return new ScepClientError('malformedReply', message, { cause });
}

function createUnsupported(what: string): ScepClientError {
  return new ScepClientError('unsupportedAlgorithm', `The reply’s ${what} is refused.`);
}

/** One message for every failure, so that it does not reveal the failed step. */
function createUndecryptable(cause?: unknown): ScepClientError {
  return createMalformed('The reply’s envelope cannot be decrypted with our key.', cause);
}
