/** Decrypts the certificates-only SignedData of a SUCCESS: AES-128-CBC under a PKCS#1 v1.5 key. */
import { constants, createDecipheriv, type KeyObject, privateDecrypt } from 'node:crypto';
import { children, contentOf } from '../support/kit/elements.ts';
import { certRepFieldsOf, contentInfoContent, required } from '../unit/http/cert-rep-fields.ts';
import { recipientOf } from './algorithms-of.ts';

/** The fields of the inner SignedData, by position. */
export function degenerateIn(certRep: Uint8Array, key: KeyObject) {
  const [, , encrypted] = children(contentInfoContent(required(certRepFieldsOf(certRep).eContent)));
  const [, algorithm, ciphertext] = children(required(encrypted));
  const [, iv] = children(required(algorithm));
  const [, , , encryptedKey] = recipientOf(certRep);
  const padding = constants.RSA_PKCS1_PADDING;
  const contentKey = privateDecrypt({ key, padding }, contentOf(required(encryptedKey)));
  const decipher = createDecipheriv('aes-128-cbc', contentKey, contentOf(required(iv)));
  const parts = [decipher.update(contentOf(required(ciphertext))), decipher.final()];
  const [, digestAlgorithms, content, certificates, signerInfos] = children(
    contentInfoContent(new Uint8Array(Buffer.concat(parts))),
  );
  return {
    digestAlgorithms: required(digestAlgorithms),
    content: required(content),
    certificates: children(required(certificates)),
    signerInfos: required(signerInfos),
  };
}
