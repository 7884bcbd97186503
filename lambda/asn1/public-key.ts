import { createHash, type KeyObject } from 'node:crypto';

/** The hash by which a Grant and a certificate name one key, whatever way its SubjectPublicKeyInfo was written. */
export const publicKeySha256Of = (key: KeyObject): string =>
  createHash('sha256')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest('hex');
