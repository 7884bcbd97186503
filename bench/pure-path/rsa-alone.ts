/** The RSA operations that one enrolment cannot do without, and nothing else. */
import {
  constants,
  generateKeyPairSync,
  type KeyObject,
  privateDecrypt,
  publicEncrypt,
  randomBytes,
  sign,
  verify,
} from 'node:crypto';

const padding = constants.RSA_PKCS1_PADDING;

/**
 * One decryption of a content key and one signature by the RA's key; two verifications (the message's signature, the
 * CSR's own) and one encryption of a content key with the device's. Throws where a signature does not hold.
 */
export function rsaAlone(raKey: KeyObject): () => void {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  // As long as signed attributes are, and about as long as a CSR.
  const signed = randomBytes(300);
  const signature = sign('sha256', signed, privateKey);
  const contentKey = randomBytes(16);
  const encryptedKey = publicEncrypt({ key: raKey, padding }, contentKey);
  return () => {
    privateDecrypt({ key: raKey, padding }, encryptedKey);
    for (const _ of ['message', 'request'])
      if (!verify('sha256', signed, { key: publicKey, padding }, signature))
        throw new Error('the signature does not hold');
    publicEncrypt({ key: publicKey, padding }, contentKey);
    sign('sha256', signed, { key: raKey, padding });
  };
}
