import { describe, expect, it } from 'vitest';
import {
  checkChallenge,
  deriveChallengeKey,
  openPassword,
  readChallengePassword,
  sealPassword,
} from '../../../lambda/policy/challenge.ts';
import {
  computeKeyedDigest,
  deriveAdminKeys,
  deriveIssuanceKeys,
  seal,
  unseal,
} from '../../../lambda/policy/connector-key.ts';
import type { ChallengeRecord } from '../../../lambda/ports/challenges.ts';
import { adminKeys, enrolment, keys, random, secrets } from './requests.ts';

const now = 1_700_000_000;
const password = 'GOODPASSWORD';
const id = deriveChallengeKey('test', password, keys);

/** Checks passwords of a request against the one challenge: its id, or the code of the refusal. */
function check(
  terms: Partial<ChallengeRecord> = {},
  challengePasswords: readonly string[] = [password],
  nowSeconds = now,
): string | undefined {
  const sealedPassword = sealPassword(id, password, adminKeys, random);
  const record: ChallengeRecord = {
    id,
    connectorId: 'test',
    challengeId: 'c1',
    sealedPassword,
    createdAtSeconds: now,
    ...terms,
  };
  const given = readChallengePassword(enrolment({ challengePasswords }));
  if (given === undefined) return 'ChallengeMissing';
  const found = deriveChallengeKey('test', given, keys) === id ? record : undefined;
  try {
    return checkChallenge(found, { subject: [], alternativeNames: [] }, nowSeconds).id;
  } catch (error) {
    return (error as { code?: string }).code;
  }
}

describe('a challenge', () => {
  it('is found by a digest of its password under the lookup key of its connector', () => {
    expect(check()).toBe(id);
    const digest = computeKeyedDigest(keys.lookup, password);
    expect(id.replaceAll('-', '')).toBe(`test#${digest.slice(0, 32)}`);
    expect(id).toMatch(/^test#[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    const other = deriveIssuanceKeys('other', secrets);
    expect(deriveChallengeKey('test', password, other)).not.toBe(id);
  });

  it('is found with the issuance keys and with the admin keys', () => {
    expect(deriveChallengeKey('test', password, adminKeys)).toBe(id);
  });

  it.each<[string, readonly string[], string]>([
    ['if it is missing', [], 'ChallengeMissing'],
    ['if it is empty', [''], 'ChallengeMissing'],
    ['if it is repeated', [password, password], 'ChallengeMissing'],
    ['with a control character', [`${password}\n`], 'ChallengeMissing'],
    ['with NUL', [`${password}\0`], 'ChallengeMissing'],
    ['with letters beyond ASCII', ['GÖODPASSWORD'], 'ChallengeMissing'],
    ['of 257 characters', ['A'.repeat(257)], 'ChallengeMissing'],
    ['if it is wrong', ['WRONG'], 'ChallengeUnknown'],
    ['in lower case', [password.toLowerCase()], 'ChallengeUnknown'],
    ['with a trailing space', [`${password} `], 'ChallengeUnknown'],
  ])('is refused %s', (_, passwords, code) => {
    expect(check({}, passwords)).toBe(code);
  });

  it('is refused from its expiry on, not before', () => {
    const terms = { expiresAtSeconds: now };
    expect(check(terms, [password], now - 1)).toBe(id);
    expect(check(terms, [password], now)).toBe('ChallengeExpired');
  });

  it('is refused once revoked', () => {
    expect(check({ revokedAtSeconds: now })).toBe('ChallengeRevoked');
  });

  it('is refused once it is used up, not while a use is left', () => {
    expect(check({ maxUses: 2, usesLeft: 1 })).toBe(id);
    expect(check({ maxUses: 2, usesLeft: 0 })).toBe('ChallengeUsed');
  });

  it('is opened by its own connector, under its own id', () => {
    const sealed = sealPassword(id, password, adminKeys, random);
    expect(openPassword(id, sealed, adminKeys)).toBe(password);
    expect(Buffer.from(sealed).includes(password)).toBe(false);
    expect(() => openPassword(`${id}0`, sealed, adminKeys)).toThrow('NotSealed');
  });
});

describe('sealed octets', () => {
  const text = Buffer.from('a sealed text');

  it('open under their own key and label only', () => {
    const sealed = seal(keys.grants, 'label', text, random);
    expect(Buffer.from(unseal(keys.grants, 'label', sealed)).equals(text)).toBe(true);
    expect(() => unseal(keys.grants, 'another', sealed)).toThrow('NotSealed');
    expect(() => unseal(adminKeys.passwords, 'label', sealed)).toThrow('NotSealed');
    expect(() => unseal(keys.grants, 'label', sealed.subarray(1))).toThrow('NotSealed');
    expect(() => unseal(keys.grants, 'label', new Uint8Array())).toThrow('NotSealed');
  });

  it('do not open with any bit flipped', () => {
    const sealed = seal(keys.grants, 'label', text, random);
    for (let bit = 0; bit < sealed.length * 8; bit += 1) {
      const copy = Uint8Array.from(sealed);
      copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(() => unseal(keys.grants, 'label', copy)).toThrow('NotSealed');
    }
  });

  it('differ each time', () => {
    const two = [
      seal(keys.grants, 'label', text, random),
      seal(keys.grants, 'label', text, random),
    ];
    expect(Buffer.compare(...(two as [Uint8Array, Uint8Array]))).not.toBe(0);
  });

  it('need secrets of 32 characters', () => {
    for (const secret of ['lookup', 'issuance', 'admin'])
      expect(() => allKeysOf('test', { ...secrets, [secret]: 'short' })).toThrow(
        'ConnectorKeyTooShort',
      );
  });

  it('have one key per purpose and connector; only the lookup key is shared', () => {
    const digests = ['one', 'two'].flatMap((connectorId) =>
      allKeysOf(connectorId, secrets).map((key) => key.export().toString('hex')),
    );
    expect(digests).toHaveLength(12);
    expect(new Set(digests).size).toBe(10);
  });

  it('of a Grant do not open with an admin key, nor those of a password with an issuance key', () => {
    const grant = seal(keys.grants, 'label', text, random);
    const sealed = seal(adminKeys.passwords, 'label', text, random);
    for (const key of Object.values(adminKeys))
      expect(() => unseal(key, 'label', grant)).toThrow('NotSealed');
    for (const key of Object.values(keys))
      expect(() => unseal(key, 'label', sealed)).toThrow('NotSealed');
  });
});

/** The keys of both sides. */
const allKeysOf = (connectorId: string, texts: typeof secrets) => [
  ...Object.values(deriveIssuanceKeys(connectorId, texts)),
  ...Object.values(deriveAdminKeys(connectorId, texts)),
];
