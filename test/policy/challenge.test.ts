import { describe, expect, it } from 'vitest';
import {
  challengeKeyOf,
  claimChallenge,
  openPassword,
  sealPassword,
} from '../../lambda/policy/challenge.ts';
import { connectorKeysOf, keyedDigest, seal, unseal } from '../../lambda/policy/connector-key.ts';
import type { ChallengeRecord } from '../../lambda/ports.ts';
import { memoryChallenges } from '../fakes/memory-challenges.ts';
import { enrolment, keys, random } from './requests.ts';

const now = 1_700_000_000;
const password = 'GOODPASSWORD';
const id = challengeKeyOf('test', password, keys);

/** A store with that one challenge, and a claim of it. */
async function store(terms: Partial<ChallengeRecord> = {}) {
  const challenges = memoryChallenges();
  const sealedPassword = sealPassword(id, password, keys, random);
  const standard = {
    id,
    connectorId: 'test',
    challengeId: 'c1',
    sealedPassword,
    createdAtSeconds: now,
  };
  await challenges.create({ ...standard, ...terms });
  const claim = async (holder = 'holder-1', challengePasswords = [password], nowSeconds = now) => {
    const asked = enrolment({ challengePasswords });
    try {
      const names = { subject: [], alternativeNames: [] };
      return await claimChallenge(asked, { holder, names }, { keys, challenges, nowSeconds });
    } catch (error) {
      return (error as { code?: string }).code;
    }
  };
  return { challenges, claim };
}

const once = { maxUses: 1, usesLeft: 1 };

describe('a challenge', () => {
  it('is found by a digest of its password under the connector’s key', async () => {
    const { claim } = await store();
    expect(await claim()).toBe(id);
    const digest = keyedDigest(keys.lookup, password);
    expect(id.replaceAll('-', '')).toBe(`test#${digest.slice(0, 32)}`);
    expect(id).toMatch(/^test#[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    const other = connectorKeysOf('other', 'a connector key secret of enough characters');
    expect(challengeKeyOf('test', password, other)).not.toBe(id);
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
  ])('is refused %s', async (_, passwords, code) => {
    const { claim } = await store();
    expect(await claim('holder-1', [...passwords])).toBe(code);
  });

  it('is refused from its end on, not before', async () => {
    const { claim } = await store({ expiresAtSeconds: now });
    expect(await claim('holder-1', [password], now - 1)).toBe(id);
    expect(await claim('holder-2', [password], now)).toBe('ChallengeExpired');
  });

  it('is refused once revoked', async () => {
    const { claim } = await store({ revokedAtSeconds: now });
    expect(await claim()).toBe('ChallengeRevoked');
  });

  it('is refused once used, but not to who holds it', async () => {
    const { claim } = await store(once);
    expect([await claim('one'), await claim('two'), await claim('one')]).toEqual([
      id,
      'ChallengeUsed',
      id,
    ]);
  });

  it('is good for another holder once released', async () => {
    const { claim, challenges } = await store(once);
    await claim('one');
    await challenges.release(id, 'two');
    expect(await claim('two')).toBe('ChallengeUsed');
    await challenges.release(id, 'one');
    expect(await claim('two')).toBe(id);
  });

  it('is not given back once spent', async () => {
    const { claim, challenges } = await store(once);
    await claim('one');
    await challenges.spend(id, 'one');
    await challenges.release(id, 'one');
    expect([await claim('two'), await claim('one')]).toEqual(['ChallengeUsed', id]);
  });

  it('that expires or is revoked stays with its holder, whose request is under way', async () => {
    const { claim } = await store({ ...once, expiresAtSeconds: now + 10 });
    await claim('one');
    expect(await claim('one', [password], now + 20)).toBe(id);
  });

  it('can be read again by this connector, under its own id', () => {
    const sealed = sealPassword(id, password, keys, random);
    expect(openPassword(id, sealed, keys)).toBe(password);
    expect(Buffer.from(sealed).includes(password)).toBe(false);
    expect(() => openPassword(`${id}0`, sealed, keys)).toThrow();
  });
});

describe('a seal', () => {
  const text = Buffer.from('what is sealed');

  it('opens under its key and label alone', () => {
    const sealed = seal(keys.grants, 'label', text, random);
    expect(Buffer.from(unseal(keys.grants, 'label', sealed)).equals(text)).toBe(true);
    expect(() => unseal(keys.grants, 'another', sealed)).toThrow();
    expect(() => unseal(keys.passwords, 'label', sealed)).toThrow();
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

  it('needs a secret of 32 characters, and gives each connector its own keys', () => {
    expect(() => connectorKeysOf('test', 'short')).toThrow('ConnectorKeyTooShort');
    const secret = 'a connector key secret of enough characters';
    const digests = ['one', 'two'].flatMap((connectorId) =>
      Object.values(connectorKeysOf(connectorId, secret)).map((key) =>
        key.export().toString('hex'),
      ),
    );
    expect(new Set(digests).size).toBe(digests.length);
  });
});
