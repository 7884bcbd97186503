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

/**
 * Checks these challenge passwords against that one challenge: its id, or the code of the refusal.
 */
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
  it('is found by a digest of its password under the connector’s key', () => {
    expect(check()).toBe(id);
    const digest = computeKeyedDigest(keys.lookup, password);
    expect(id.replaceAll('-', '')).toBe(`test#${digest.slice(0, 32)}`);
    expect(id).toMatch(/^test#[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    const other = deriveIssuanceKeys('other', secrets);
    expect(deriveChallengeKey('test', password, other)).not.toBe(id);
  });

  it('is found by who issues and by who administers alike', () => {
    expect(deriveChallengeKey('test', password, adminKeys)).toBe(id);
  });

  it.each<[string, readonly string[], string]>([
    ['missing', [], 'ChallengeMissing'],
    ['empty', [''], 'ChallengeMissing'],
    ['doubled', [password, password], 'ChallengeMissing'],
    ['of a control character', [`${password}\n`], 'ChallengeMissing'],
    ['of NUL', [`${password}\0`], 'ChallengeMissing'],
    ['of letters beyond ASCII', ['GÖODPASSWORD'], 'ChallengeMissing'],
    ['of 257 characters', ['A'.repeat(257)], 'ChallengeMissing'],
    ['wrong', ['WRONG'], 'ChallengeUnknown'],
    ['in other letters', [password.toLowerCase()], 'ChallengeUnknown'],
    ['with a space after', [`${password} `], 'ChallengeUnknown'],
  ])('is refused %s', (_, passwords, code) => {
    expect(check({}, passwords)).toBe(code);
  });

  it('is refused from its end on, not before', () => {
    const terms = { expiresAtSeconds: now };
    expect(check(terms, [password], now - 1)).toBe(id);
    expect(check(terms, [password], now)).toBe('ChallengeExpired');
  });

  it('is refused once revoked', () => {
    expect(check({ revokedAtSeconds: now })).toBe('ChallengeRevoked');
  });

  it('is refused once used, and not while a use is left', () => {
    expect(check({ maxUses: 2, usesLeft: 1 })).toBe(id);
    expect(check({ maxUses: 2, usesLeft: 0 })).toBe('ChallengeUsed');
  });

  it('can be read again by this connector, under its own id', () => {
    const sealed = sealPassword(id, password, adminKeys, random);
    expect(openPassword(id, sealed, adminKeys)).toBe(password);
    expect(Buffer.from(sealed).includes(password)).toBe(false);
    expect(() => openPassword(`${id}0`, sealed, adminKeys)).toThrow();
  });
});

describe('a seal', () => {
  const text = Buffer.from('what is sealed');

  it('opens under its key and label alone', () => {
    const sealed = seal(keys.grants, 'label', text, random);
    expect(Buffer.from(unseal(keys.grants, 'label', sealed)).equals(text)).toBe(true);
    expect(() => unseal(keys.grants, 'another', sealed)).toThrow();
    expect(() => unseal(adminKeys.passwords, 'label', sealed)).toThrow();
    expect(() => unseal(keys.grants, 'label', sealed.subarray(1))).toThrow();
    expect(() => unseal(keys.grants, 'label', new Uint8Array())).toThrow();
  });

  it('opens with no bit turned over', () => {
    const sealed = seal(keys.grants, 'label', text, random);
    for (let bit = 0; bit < sealed.length * 8; bit += 1) {
      const copy = Uint8Array.from(sealed);
      copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(() => unseal(keys.grants, 'label', copy)).toThrow();
    }
  });

  it('is other octets each time', () => {
    const two = [
      seal(keys.grants, 'label', text, random),
      seal(keys.grants, 'label', text, random),
    ];
    expect(Buffer.compare(...(two as [Uint8Array, Uint8Array]))).not.toBe(0);
  });

  it('needs secrets of 32 characters', () => {
    for (const secret of ['lookup', 'issuance', 'admin'])
      expect(() => allKeysOf('test', { ...secrets, [secret]: 'short' })).toThrow(
        'ConnectorKeyTooShort',
      );
  });

  it('has a key of its own for each purpose and connector; the lookup key alone is shared', () => {
    const digests = ['one', 'two'].flatMap((connectorId) =>
      allKeysOf(connectorId, secrets).map((key) => key.export().toString('hex')),
    );
    expect(digests).toHaveLength(12);
    expect(new Set(digests).size).toBe(10);
  });

  it('of a Grant does not open with what administers, nor a password with what issues', () => {
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
