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
 * Opens the pkcsPKIEnvelope of a reply with our key, in BER or DER. Refuses a recipient that
 * is not us, algorithms outside the lists, and a content key whose length is not its cipher's.
 */
export function openEnvelope(
  bytes: Uint8Array,
  identity: Identity,
  allowLegacy = false,
): Uint8Array {
  const enveloped = readEnvelopedData(toDer(bytes, 'The envelope of the reply'));
  const { contentType, contentEncryptionAlgorithm } = enveloped.encryptedContentInfo;
  if (contentType !== oids.data) throw malformed('The envelope’s content is not of type data.');
  const cipher = ciphers.get(contentEncryptionAlgorithm.algorithmId);
  if (!cipher || (cipher.legacy && !allowLegacy)) {
    throw unsupported(`content cipher ${contentEncryptionAlgorithm.algorithmId}`);
  }
  const iv = contentEncryptionAlgorithm.algorithmParams;
  if (!(iv instanceof asn1js.OctetString)) throw malformed('The envelope’s cipher has no IV.');
  if (!enveloped.encryptedContentInfo.encryptedContent) throw malformed('The envelope is empty.');
  const contentKey = openContentKey(ourRecipient(enveloped, identity), identity.key);
  if (contentKey.length !== cipher.keyBytes) throw undecipherable();
  try {
    const decipher = createDecipheriv(cipher.name, contentKey, Buffer.from(iv.getValue()));
    const ciphertext = Buffer.from(enveloped.encryptedContentInfo.getEncryptedContent());
    return new Uint8Array(Buffer.concat([decipher.update(ciphertext), decipher.final()]));
  } catch (cause) {
    throw undecipherable(cause);
  }
}

function readEnvelopedData(bytes: Uint8Array): pkijs.EnvelopedData {
  try {
    const contentInfo = pkijs.ContentInfo.fromBER(toArrayBuffer(bytes));
    if (contentInfo.contentType !== oids.envelopedData) throw new Error(contentInfo.contentType);
    return new pkijs.EnvelopedData({ schema: contentInfo.content });
  } catch (cause) {
    throw malformed('The reply’s content is not a CMS EnvelopedData.', cause);
  }
}

function ourRecipient(enveloped: pkijs.EnvelopedData, { certificate }: Identity) {
  const ours = new X509Certificate(new Uint8Array(certificate.toSchema().toBER()));
  const recipient = enveloped.recipientInfos
    .map(({ value }) => value)
    .find((value) => value instanceof pkijs.KeyTransRecipientInfo && isNamedBy(ours, value.rid));
  if (recipient instanceof pkijs.KeyTransRecipientInfo) return recipient;
  throw malformed('The reply is encrypted to somebody else (RFC 8894 2.3).');
}

function openContentKey(recipient: pkijs.KeyTransRecipientInfo, key: KeyObject): Buffer {
  const encryptedKey = Buffer.from(recipient.encryptedKey.getValue());
  const { algorithmId, algorithmParams } = recipient.keyEncryptionAlgorithm;
  const scheme = keyTransport(algorithmId, algorithmParams);
  try {
    return privateDecrypt({ key, ...scheme }, encryptedKey);
  } catch (cause) {
    throw undecipherable(cause);
  }
}

function keyTransport(algorithmId: string, parameters: unknown) {
  if (algorithmId === oids.rsaEncryption) return { padding: constants.RSA_PKCS1_PADDING };
  if (algorithmId !== oids.rsaesOaep) throw unsupported(`key transport ${algorithmId}`);
  const oaep = new pkijs.RSAESOAEPParams(parameters ? { schema: parameters } : {});
  const hash = oaep.hashAlgorithm.algorithmId;
  const maskHash = maskGenerationHash(oaep.maskGenAlgorithm);
  const digest = digests.get(hash);
  // node:crypto has one hash for both; RFC 8017 recommends that, and every known client does it.
  if (!digest || maskHash !== hash)
    throw unsupported(`OAEP with ${hash} and MGF1 with ${maskHash}`);
  return { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: digest.name };
}

function maskGenerationHash(algorithm: pkijs.AlgorithmIdentifier): string {
  const { algorithmId, algorithmParams } = algorithm;
  if (algorithmId !== oids.mgf1) throw unsupported(`mask generation ${algorithmId}`);
  return new pkijs.AlgorithmIdentifier({ schema: algorithmParams }).algorithmId;
}

function malformed(message: string, cause?: unknown): ScepClientError {
  return new ScepClientError('malformedReply', message, { cause });
}

function unsupported(what: string): ScepClientError {
  return new ScepClientError('unsupportedAlgorithm', `The reply’s ${what} is refused.`);
}

// One message for all of them: which step failed is nobody's business.
function undecipherable(cause?: unknown): ScepClientError {
  return malformed('The reply’s envelope cannot be opened with our key.', cause);
}
