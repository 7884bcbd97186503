/** Only the RSA operations that every enrolment needs. */
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
 * Returns a run of these operations. The RA's key decrypts a content key and signs once. Two
 * verifications follow: the message's signature and the CSR's own. One encryption of a content key
 * uses the device's key. The run throws if a signature is invalid.
 */
export function createRsaRun(raKey: KeyObject): () => void {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  // The length of signed attributes, and about the length of a CSR.
  const signed = randomBytes(300);
  const signature = sign('sha256', signed, privateKey);
  const contentKey = randomBytes(16);
  const encryptedKey = publicEncrypt({ key: raKey, padding }, contentKey);
  return () => {
    privateDecrypt({ key: raKey, padding }, encryptedKey);
    for (const _ of ['message', 'request'])
      if (!verify('sha256', signed, { key: publicKey, padding }, signature))
        throw new Error('the signature is invalid');
    publicEncrypt({ key: publicKey, padding }, contentKey);
    sign('sha256', signed, { key: raKey, padding });
  };
}
