import { generateKeyPairSync, type KeyObject } from 'node:crypto';

/** A key pair and its SubjectPublicKeyInfo in DER. */
export interface TestKey {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  readonly spki: Uint8Array;
}

const made = new Map<string, TestKey>();

/**
 * An RSA key, made once for a (size, name) and kept for the test process: generation takes a tenth
 * of a second and more. Another name gives another key of that size. Roots of the 1990s have the
 * public exponent 3.
 */
export function rsaKey(bits = 2048, name = 'device', publicExponent = 0x10001): TestKey {
  return once(`rsa-${bits}-${name}-${publicExponent}`, () =>
    generateKeyPairSync('rsa', { modulusLength: bits, publicExponent }),
  );
}

/** An RSA key of 4096 bits. All CAs share it, as it takes seconds to make. */
export const largeKey = (): TestKey => rsaKey(4096, 'large');

/** An EC P-256 key, kept in the same way. */
export function ecKey(name = 'device'): TestKey {
  return once(`ec-${name}`, () => generateKeyPairSync('ec', { namedCurve: 'P-256' }));
}

function once(label: string, make: () => { privateKey: KeyObject; publicKey: KeyObject }): TestKey {
  const known = made.get(label);
  if (known) return known;
  const { privateKey, publicKey } = make();
  const spki = new Uint8Array(publicKey.export({ type: 'spki', format: 'der' }));
  const key = { privateKey, publicKey, spki };
  made.set(label, key);
  return key;
}
