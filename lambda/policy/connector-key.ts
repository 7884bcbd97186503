/**
 * The keys of one connector, derived from three secrets, each for one purpose
 * (docs/decisions/016-keys.md). Functions that issue have no key that opens a stored challenge.
 * Functions that administer have no key that seals a Grant.
 */
import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hkdfSync,
  type KeyObject,
} from 'node:crypto';
import { Fault } from '../core/errors.ts';
import type { Random } from '../ports/system.ts';

/** The shared HMAC key, which turns a password into a challenge's id. */
export interface LookupKey {
  readonly lookup: KeyObject;
}

/** The keys of the scep function and of Certify. A log never prints the content of a key object. */
export interface IssuanceKeys extends LookupKey {
  /**
   * AES-256-GCM key of stored Grants and certificates. Without it, a table write grants nothing.
   */
  readonly grants: KeyObject;
  /** HMAC key that turns a client's address into the key of its counters (client-allowance.ts). */
  readonly sources: KeyObject;
}

/**
 * The keys of the functions that administer challenges: admin API, panel, NDES page, scheduled
 * rotation.
 */
export interface AdminKeys extends LookupKey {
  /** AES-256-GCM key of passwords at rest. */
  readonly passwords: KeyObject;
  /** AES-256-GCM key of page tokens, so that only our own tokens are accepted. */
  readonly pages: KeyObject;
}

/**
 * Derives one key. Throws `ConnectorKeyTooShort` for fewer than 32 characters, because Secrets
 * Manager generates more.
 */
function derive(connectorId: string, secretText: string, purpose: string): KeyObject {
  if (secretText.length < 32) throw new Fault('ConnectorKeyTooShort');
  return createSecretKey(
    Buffer.from(hkdfSync('sha256', secretText, connectorId, `scep-connector ${purpose}`, 32)),
  );
}

/** Derives the keys of functions that issue, from the lookup and the issuance secret. */
export const deriveIssuanceKeys = (
  connectorId: string,
  secrets: { readonly lookup: string; readonly issuance: string },
): IssuanceKeys => ({
  lookup: derive(connectorId, secrets.lookup, 'lookup'),
  grants: derive(connectorId, secrets.issuance, 'grants'),
  sources: derive(connectorId, secrets.issuance, 'sources'),
});

/** Derives the keys of functions that administer, from the lookup and the admin secret. */
export const deriveAdminKeys = (
  connectorId: string,
  secrets: { readonly lookup: string; readonly admin: string },
): AdminKeys => ({
  lookup: derive(connectorId, secrets.lookup, 'lookup'),
  passwords: derive(connectorId, secrets.admin, 'passwords'),
  pages: derive(connectorId, secrets.admin, 'pages'),
});

/** HMAC-SHA-256 in hex. It finds an item by a secret text, and reveals nothing about the text. */
export const computeKeyedDigest = (key: KeyObject, text: string): string =>
  createHmac('sha256', key).update(text, 'utf8').digest('hex');

const ivLength = 12;
const tagLength = 16;

/** Encrypts and authenticates under `label` (AES-256-GCM). Returns IV, ciphertext and tag. */
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

/** Opens the result of `seal` with this key and label. Throws `NotSealed` for anything else. */
export function unseal(key: KeyObject, label: string, sealed: Uint8Array): Uint8Array {
  if (sealed.length < ivLength + tagLength) throw new Fault('NotSealed');
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, ivLength))
      .setAAD(Buffer.from(label))
      .setAuthTag(sealed.subarray(sealed.length - tagLength));
    const body = sealed.subarray(ivLength, sealed.length - tagLength);
    return Buffer.concat([decipher.update(body), decipher.final()]);
  } catch {
    throw new Fault('NotSealed');
  }
}
