import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { checkKey } from '../../../lambda/policy/key.ts';
import { checkRequestedExtensions } from '../../../lambda/policy/requested-extensions.ts';
import {
  asnNull,
  bitString,
  boolean,
  integer,
  octetString,
  oid,
  sequence,
} from '../../support/kit/der.ts';
import { children, contentOf } from '../../support/kit/elements.ts';
import { basicConstraints, type KeyUsage, keyUsage } from '../../support/kit/extensions.ts';
import { ecKey, rsaKey, type TestKey } from '../../support/kit/keys.ts';
import { codeOf, enrolment } from './requests.ts';

/** A public RSA key of this size and exponent, without a private key. */
function publicRsa(bits: number, exponent = Uint8Array.of(1, 0, 1)): TestKey {
  const modulus = new Uint8Array(Math.ceil(bits / 8)).fill(0x5b);
  const top = (bits - 1) % 8;
  modulus[0] = (1 << top) | ((modulus[0] ?? 0) & ((1 << top) - 1));
  const positive = top === 7 ? Uint8Array.of(0, ...modulus) : modulus;
  const key = bitString(sequence(integer(positive), integer(exponent)));
  const spki = sequence(sequence(oid('1.2.840.113549.1.1.1'), asnNull()), key);
  const publicKey = createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
  return { ...rsaKey(), publicKey, spki };
}

const strict = { allowSignerKeyMismatch: false };

const verdictOn = (key: TestKey) => codeOf(() => checkKey(enrolment({ key }), strict));

describe('a key', () => {
  it.each([2048, 3072, 4096, 8192])('is accepted: RSA of %d bits', (bits) => {
    expect(verdictOn(publicRsa(bits))).toBeUndefined();
  });

  it.each([512, 1024, 2047, 8193, 16_384])('is refused: RSA of %d bits', (bits) => {
    const key = publicRsa(bits);
    expect(key.publicKey.asymmetricKeyDetails?.modulusLength).toBe(bits);
    expect(verdictOn(key)).toBe('KeyRefused');
  });

  it.each([
    ['1', Uint8Array.of(1)],
    ['3', Uint8Array.of(3)],
    ['17', Uint8Array.of(17)],
    ['65535', Uint8Array.of(0, 255, 255)],
    ['65538', Uint8Array.of(1, 0, 2)],
  ])('is refused: an exponent of %s', (_, exponent) => {
    expect(verdictOn(publicRsa(2048, exponent))).toBe('KeyRefused');
  });

  it('is refused: EC, Ed25519 and RSA-PSS', () => {
    const { publicKey: ed } = generateKeyPairSync('ed25519');
    const { publicKey: pss } = generateKeyPairSync('rsa-pss', { modulusLength: 2048 });
    const publicKeys = [ecKey().publicKey, ed, pss];
    const codes = publicKeys.map((publicKey) =>
      codeOf(() => checkKey(enrolment({ publicKey }), strict)),
    );
    expect(codes).toEqual(['KeyRefused', 'KeyRefused', 'KeyRefused']);
  });

  it('is refused if another key signed the message, even one with the same modulus', () => {
    const key = publicRsa(2048);
    const other = publicRsa(2048, Uint8Array.of(1, 0, 3));
    const signedBy = (signerKey: TestKey) =>
      codeOf(() => checkKey(enrolment({ key, signerKey }), strict));
    expect([signedBy(other), signedBy(rsaKey())]).toEqual([
      'SignerKeyMismatch',
      'SignerKeyMismatch',
    ]);
    expect(signedBy(key)).toBeUndefined();
  });
});

/** An Extension of the kit, as `readEnrolment` reads it. */
function read(extension: Uint8Array) {
  const value = contentOf(children(extension).at(-1) ?? extension);
  return { oid: dotted(extension), critical: children(extension).length === 3, value };
}

const dotted = (extension: Uint8Array) =>
  Buffer.from(children(extension)[0] ?? []).equals(oid('2.5.29.15')) ? '2.5.29.15' : '2.5.29.19';

const unknown = (critical: boolean) => ({ oid: '1.2.3.4', critical, value: asnNull() });

const verdictOnExtensions = (...extensions: ReturnType<typeof read>[]) =>
  codeOf(() => checkRequestedExtensions(enrolment({ extensions })));

describe('a requested extension', () => {
  it.each<KeyUsage>(['keyCertSign', 'cRLSign'])('is refused: key usage %s', (usage) => {
    expect(verdictOnExtensions(read(keyUsage(['digitalSignature', usage])))).toBe(
      'ExtensionRefused',
    );
    expect(verdictOnExtensions(read(keyUsage([usage], false)))).toBe('ExtensionRefused');
  });

  it.each<KeyUsage>(['digitalSignature', 'nonRepudiation', 'keyEncipherment', 'keyAgreement'])(
    'is accepted: key usage %s',
    (usage) => {
      expect(verdictOnExtensions(read(keyUsage([usage])))).toBeUndefined();
    },
  );

  it('is refused: CA:TRUE, with and without a path length', () => {
    expect(verdictOnExtensions(read(basicConstraints(true)))).toBe('ExtensionRefused');
    expect(verdictOnExtensions(read(basicConstraints(true, 0)))).toBe('ExtensionRefused');
  });

  it('is accepted: CA:FALSE, explicit or by default', () => {
    const explicit = { oid: '2.5.29.19', critical: true, value: sequence(boolean(false)) };
    expect(verdictOnExtensions(read(basicConstraints(false)))).toBeUndefined();
    expect(verdictOnExtensions(explicit)).toBeUndefined();
  });

  it('is refused: CA:TRUE as an octet other than FF, which a lenient CA accepts', () => {
    const value = sequence(Uint8Array.of(1, 1, 1));
    expect(verdictOnExtensions({ oid: '2.5.29.19', critical: false, value })).toBe(
      'ExtensionRefused',
    );
  });

  it.each([
    ['key usage', '2.5.29.15', octetString(Uint8Array.of(1))],
    ['basic constraints', '2.5.29.19', integer(1)],
    ['an empty key usage', '2.5.29.15', new Uint8Array()],
  ])('is refused if it is malformed: %s', (_, id, value) => {
    expect(verdictOnExtensions({ oid: id, critical: false, value })).toBe('ExtensionRefused');
  });

  it('is refused if it is unknown and critical, and left out if it is unknown only', () => {
    expect(verdictOnExtensions(unknown(true))).toBe('ExtensionRefused');
    expect(verdictOnExtensions(unknown(false))).toBeUndefined();
  });
});
