import { describe, expect, it } from 'vitest';
import { connectorKeysOf } from '../../lambda/policy/connector-key.ts';
import {
  type DecisionContext,
  decide,
  type Grant,
  openGrant,
  sealGrant,
} from '../../lambda/policy/grant.ts';
import { defaultProfile, type Profile } from '../../lambda/policy/profile.ts';
import { rsaKey } from '../kit/keys.ts';
import { enrolment, keys, random } from './requests.ts';

/** A context whose store says yes to everybody and remembers the holders. */
function context(profile: Partial<Profile> = {}) {
  const holders: string[] = [];
  const claim = async (_: string, holder: string) => {
    holders.push(holder);
    return 'claimed' as const;
  };
  const find = async () => ({ usesLeft: 1 });
  const challenges = { find, claim } as unknown as DecisionContext['challenges'];
  const quirks = { otherSigner: false };
  return {
    holders,
    profile: { ...defaultProfile, ...profile },
    quirks,
    keys,
    challenges,
    nowSeconds: 0,
  };
}

const challengeKeyIn = ({ authority }: Grant): string =>
  authority.kind === 'challenge' ? authority.challengeKey : 'none';

const refused = (code: string) => expect.objectContaining({ code });

describe('a decision', () => {
  it('grants the profile’s usages and life, whatever was asked for', async () => {
    const grant = await decide(
      enrolment(),
      1,
      context({ validityDays: 7, keyUsage: ['digitalSignature'] }),
    );
    expect(grant).toMatchObject({
      subject: [{ attribute: 'CN', value: 'device' }],
      alternativeNames: [],
      keyUsage: ['digitalSignature'],
      extendedKeyUsage: ['clientAuth'],
      validityDays: 7,
    });
  });

  it('holds the challenge for one generation of one enrolment', async () => {
    const asked = context();
    await decide(enrolment({ enrolmentId: 'a' }), 1, asked);
    await decide(enrolment({ enrolmentId: 'a' }), 2, asked);
    await decide(enrolment({ enrolmentId: 'b' }), 1, asked);
    expect(asked.holders).toEqual(['a-1', 'a-2', 'b-1']);
  });

  it.each([
    ['SignerKeyMismatch', { signerKey: rsaKey(2048, 'thief') }],
    ['KeyRefused', { key: rsaKey(1024) }],
    [
      'ExtensionRefused',
      { extensions: [{ oid: '1.2.3', critical: true, value: new Uint8Array() }] },
    ],
    ['SubjectRefused', { subject: [] }],
    ['AlternativeNameRefused', { alternativeNames: [{ kind: 'dns', text: 'a.example' }] }],
    ['ChallengeMissing', { challengePasswords: [] }],
  ] as const)('refuses with %s before it claims the challenge', async (code, asked) => {
    const asking = context();
    await expect(decide(enrolment(asked), 1, asking)).rejects.toEqual(refused(code));
    expect(asking.holders).toEqual([]);
  });

  it.each(['find', 'claim'])(
    'is an outage when the store is down for %s, not a grant and not a refusal',
    async (call) => {
      const down = async () => Promise.reject(new Error('down'));
      const challenges = { ...context().challenges, [call]: down };
      await expect(decide(enrolment(), 1, { ...context(), challenges })).rejects.toThrow('down');
    },
  );
});

describe('a sealed Grant', () => {
  const sealed = async () => {
    const grant = await decide(enrolment({ enrolmentId: 'a' }), 1, context());
    return { grant, bytes: sealGrant(grant, keys, random) };
  };

  it('opens as what it was', async () => {
    const { grant, bytes } = await sealed();
    expect(openGrant('test', { enrolmentId: 'a', generation: 1 }, bytes, keys)).toEqual(grant);
  });

  it('says nothing to who reads the table', async () => {
    const { grant, bytes } = await sealed();
    expect(Buffer.from(bytes).includes('device')).toBe(false);
    expect(Buffer.from(bytes).includes(challengeKeyIn(grant))).toBe(false);
  });

  it('does not open for another generation, enrolment or connector', async () => {
    const { bytes } = await sealed();
    const open = (connectorId: string, enrolmentId: string, generation: number) => () =>
      openGrant(connectorId, { enrolmentId, generation }, bytes, keys);
    expect(open('test', 'a', 2)).toThrow();
    expect(open('test', 'b', 1)).toThrow();
    expect(open('other', 'a', 1)).toThrow();
  });

  it('does not open under another connector’s key', async () => {
    const { bytes } = await sealed();
    const others = connectorKeysOf('test', 'another connector key secret of enough characters');
    expect(() => openGrant('test', { enrolmentId: 'a', generation: 1 }, bytes, others)).toThrow();
  });

  it('does not open with a bit turned over', async () => {
    const { bytes } = await sealed();
    for (let at = 0; at < bytes.length; at += 7) {
      const copy = Uint8Array.from(bytes, (byte, index) => (index === at ? byte ^ 1 : byte));
      expect(() => openGrant('test', { enrolmentId: 'a', generation: 1 }, copy, keys)).toThrow();
    }
  });
});
