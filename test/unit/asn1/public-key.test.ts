import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createPublicKeyFromDer, readRsaNumbers } from '../../../lambda/asn1/public-key.ts';
import { asnNull, bitString, integer, oid, sequence } from '../../support/kit/der.ts';
import { ecKey, rsaKey } from '../../support/kit/keys.ts';

/** A SubjectPublicKeyInfo of an RSA key from the content octets of its two numbers. */
const rsaSpki = (modulus: Uint8Array, exponent: Uint8Array): Uint8Array =>
  sequence(
    sequence(oid('1.2.840.113549.1.1.1'), asnNull()),
    bitString(sequence(integer(modulus), integer(exponent))),
  );

/** Node's own reading of a key; undefined for a key that OpenSSL refuses. */
function nodeReads(spki: Uint8Array) {
  let publicKey: KeyObject;
  try {
    publicKey = createPublicKeyFromDer(spki);
  } catch {
    return undefined;
  }
  const { modulusLength, publicExponent } = publicKey.asymmetricKeyDetails ?? {};
  const numbers =
    publicKey.asymmetricKeyType === 'rsa'
      ? { modulusBits: modulusLength, exponent: publicExponent }
      : undefined;
  return { publicKey, numbers };
}

const ones = (octets: number): Uint8Array => new Uint8Array(octets).fill(0xff);

describe('the size of a public key', () => {
  it.each([
    ['an ordinary key', Uint8Array.of(0, ...ones(256)), Uint8Array.of(1, 0, 1)],
    ['a modulus without a sign octet', ones(256), Uint8Array.of(1, 0, 1)],
    ['two leading zero octets', Uint8Array.of(0, 0, ...ones(256)), Uint8Array.of(0, 0, 3)],
    ['a short first octet', Uint8Array.of(1, ...ones(255)), Uint8Array.of(0xff, 0xff)],
    ['an exponent as long as the modulus', Uint8Array.of(0, ...ones(256)), ones(256)],
  ])('is the one that Node reads: %s', (_, modulus, exponent) => {
    const spki = rsaSpki(modulus, exponent);
    const { publicKey, numbers } = nodeReads(spki) ?? {};
    expect(numbers).toBeDefined();
    expect(publicKey && readRsaNumbers({ subjectPublicKeyInfo: spki, publicKey })).toEqual(numbers);
  });

  it('is the one that Node reads, for all of 4,000 changed keys that OpenSSL accepts', () => {
    const spki = new Uint8Array(rsaKey().publicKey.export({ type: 'spki', format: 'der' }));
    let accepted = 0;
    for (let seed = 0; seed < 4000; seed += 1) {
      const changed = Uint8Array.from(spki);
      // Most of a key is its modulus. The structure around it is in the first 40 octets and in the
      // last 5.
      const at = [seed % 40, spki.length - 1 - (seed % 5), (seed * 7) % spki.length][seed % 3] ?? 0;
      changed[at] = (seed * 31) & 0xff;
      const known = nodeReads(changed);
      if (known === undefined) continue;
      accepted += 1;
      const { publicKey, numbers } = known;
      expect(readRsaNumbers({ subjectPublicKeyInfo: changed, publicKey })).toEqual(numbers);
    }
    expect(accepted).toBeGreaterThan(1000);
  });

  it('is undefined for EC and RSA-PSS', () => {
    const { publicKey: pss } = generateKeyPairSync('rsa-pss', { modulusLength: 2048 });
    for (const publicKey of [ecKey().publicKey, pss]) {
      const subjectPublicKeyInfo = publicKey.export({ type: 'spki', format: 'der' });
      expect(readRsaNumbers({ subjectPublicKeyInfo, publicKey })).toBeUndefined();
    }
  });
});
