/**
 * The keys of one connector, each for one purpose, out of three secrets
 * (docs/decisions/016-keys.md). A function that issues holds no key that opens a stored challenge.
 * A function that administers holds no key that seals a Grant.
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

/** The key that both sides share: the HMAC key that turns a password into its id. */
export interface LookupKey {
  readonly lookup: KeyObject;
}

/** The keys of the scep function and of Certify; key objects, which cannot be logged by mistake. */
export interface IssuanceKeys extends LookupKey {
  /**
   * AES-256-GCM key of stored Grants and certificates. Without it no table write grants anything.
   */
  readonly grants: KeyObject;
  /**
   * HMAC key that turns a client's address into the key of its counters
   * (policy/client-allowance.ts).
   */
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
 * Derives one key. Refuses a secret of less than 32 characters, which Secrets Manager did not
 * generate for us.
 */
function derive(connectorId: string, secretText: string, purpose: string): KeyObject {
  if (secretText.length < 32) throw new Fault('ConnectorKeyTooShort');
  return createSecretKey(
    Buffer.from(hkdfSync('sha256', secretText, connectorId, `scep-connector ${purpose}`, 32)),
  );
}

/** The keys that issue, from the texts of the lookup secret and of the issuance secret. */
export const deriveIssuanceKeys = (
  connectorId: string,
  secrets: { readonly lookup: string; readonly issuance: string },
): IssuanceKeys => ({
  lookup: derive(connectorId, secrets.lookup, 'lookup'),
  grants: derive(connectorId, secrets.issuance, 'grants'),
  sources: derive(connectorId, secrets.issuance, 'sources'),
});

/** The keys that administer, from the texts of the lookup secret and of the admin secret. */
export const deriveAdminKeys = (
  connectorId: string,
  secrets: { readonly lookup: string; readonly admin: string },
): AdminKeys => ({
  lookup: derive(connectorId, secrets.lookup, 'lookup'),
  passwords: derive(connectorId, secrets.admin, 'passwords'),
  pages: derive(connectorId, secrets.admin, 'pages'),
});

/** Keyed and deterministic, so that an id is found by its password and reveals nothing about it. */
export const computeKeyedDigest = (key: KeyObject, text: string): string =>
  createHmac('sha256', key).update(text, 'utf8').digest('hex');

const ivLength = 12;
const tagLength = 16;

/** Encrypts and authenticates; opening needs the same `label`. Returns IV, ciphertext and tag. */
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

/** Opens the result of `seal` under this key and label; throws `NotSealed` for anything else. */
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
