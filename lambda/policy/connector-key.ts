/** The keys of one connector, all from the text of one secret, each for one purpose (design decision 9). */
import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hkdfSync,
  type KeyObject,
} from 'node:crypto';
import type { Random } from '../ports.ts';

/** Keys that never leave the function; as key objects, which cannot be logged by mistake. */
export interface ConnectorKeys {
  /** HMAC key that turns a password into the id it is found by. */
  readonly lookup: KeyObject;
  /** AES-256-GCM key of passwords at rest. */
  readonly passwords: KeyObject;
  /** AES-256-GCM key of Grants at rest: who cannot seal cannot grant. */
  readonly grants: KeyObject;
  /** HMAC key that turns a device's address into what it is counted under (envelope-limit.ts). */
  readonly sources: KeyObject;
  /** AES-256-GCM key of page tokens: who reads the next page was given it. */
  readonly pages: KeyObject;
}

/** Derives the keys; refuses a secret of less than 32 characters, which Secrets Manager did not generate for us. */
export function connectorKeysOf(connectorId: string, secretText: string): ConnectorKeys {
  if (secretText.length < 32) throw new Error('ConnectorKeyTooShort');
  const derive = (purpose: string): KeyObject =>
    createSecretKey(
      Buffer.from(hkdfSync('sha256', secretText, connectorId, `scep-connector ${purpose}`, 32)),
    );
  return {
    lookup: derive('lookup'),
    passwords: derive('passwords'),
    grants: derive('grants'),
    sources: derive('sources'),
    pages: derive('pages'),
  };
}

/** Keyed and deterministic, so that the table can be looked up without holding anything to guess from. */
export const keyedDigest = (key: KeyObject, text: string): string =>
  createHmac('sha256', key).update(text, 'utf8').digest('hex');

const ivLength = 12;
const tagLength = 16;

/** Encrypts and authenticates; `label` must be given again to open. IV, then ciphertext, then tag. */
export function seal(
  key: KeyObject,
  label: string,
  plaintext: Uint8Array,
  random: Random,
): Uint8Array {
  const iv = random(ivLength);
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(label));
  return Buffer.concat([iv, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
}

/** Opens what `seal` made under this key and label; throws for anything else. */
export function unseal(key: KeyObject, label: string, sealed: Uint8Array): Uint8Array {
  if (sealed.length < ivLength + tagLength) throw new Error('NotSealed');
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, ivLength))
    .setAAD(Buffer.from(label))
    .setAuthTag(sealed.subarray(sealed.length - tagLength));
  const body = sealed.subarray(ivLength, sealed.length - tagLength);
  return Buffer.concat([decipher.update(body), decipher.final()]);
}
