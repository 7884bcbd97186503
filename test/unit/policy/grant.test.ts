import { describe, expect, it } from 'vitest';
import { formatAttemptId } from '../../../lambda/core/attempt.ts';
import { deriveIssuanceKeys } from '../../../lambda/policy/connector-key.ts';
import {
  type DecisionContext,
  decide,
  type Grant,
  openGrant,
  sealGrant,
} from '../../../lambda/policy/grant.ts';
import { defaultProfile, type Profile } from '../../../lambda/policy/profile.ts';
import type { ChallengeRecord } from '../../../lambda/ports/challenges.ts';
import { rsaKey } from '../../support/kit/keys.ts';
import { enrolment, keys, random, secrets } from './requests.ts';

/** A context in which every challenge is valid; it counts reads of the challenge. */
function context(profile: Partial<Profile> = {}, terms: Partial<ChallengeRecord> = {}) {
  let consulted = 0;
  const record = {
    id: 'test#c1',
    connectorId: 'test',
    challengeId: 'c1',
    sealedPassword: new Uint8Array(),
    createdAtSeconds: 0,
    ...terms,
  };
  const challenge = {
    key: record.id,
    get record() {
      consulted += 1;
      return record;
    },
  };
  const decision: DecisionContext = {
    profile: { ...defaultProfile, ...profile },
    quirks: { allowSignerKeyMismatch: false },
    challenge,
    nowSeconds: 0,
    authorityNotAfterSeconds: 1e10,
  };
  return { decision, consulted: () => consulted };
}

const challengeKeyIn = ({ authority }: Grant): string =>
  authority.kind === 'challenge' ? authority.challengeKey : 'none';

const refused = (code: string) => expect.objectContaining({ code });

describe('a decision', () => {
  it('grants the profile’s usages and life, whatever was asked for', async () => {
    const grant = await decide(
      enrolment(),
      1,
      context({ validityDays: 7, keyUsage: ['digitalSignature'] }).decision,
    );
    expect(grant).toMatchObject({
      subject: [{ attribute: 'CN', value: 'device' }],
      alternativeNames: [],
      keyUsage: ['digitalSignature'],
      extendedKeyUsage: ['clientAuth'],
      validityDays: 7,
    });
  });

  it('is for one attempt of one enrolment, and names its challenge', async () => {
    const { decision } = context();
    const grants = [
      await decide(enrolment({ enrolmentId: 'a' }), 1, decision),
      await decide(enrolment({ enrolmentId: 'a' }), 2, decision),
      await decide(enrolment({ enrolmentId: 'b' }), 1, decision),
    ];
    expect(grants.map(formatAttemptId)).toEqual(['a-1', 'a-2', 'b-1']);
    expect(grants.map(challengeKeyIn)).toEqual(Array(3).fill('test#c1'));
  });

  it.each([
    [{ maxUses: 1, usesLeft: 1 }, true],
    [{}, false],
  ])('says of a challenge with %j whether a use of it is taken', async (terms, isCounted) => {
    const { authority } = await decide(enrolment(), 1, context({}, terms).decision);
    expect(authority).toEqual({ kind: 'challenge', challengeKey: 'test#c1', isCounted });
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
  ] as const)('refuses with %s before it looks at the challenge', async (code, asked) => {
    const { decision, consulted } = context();
    await expect(decide(enrolment(asked), 1, decision)).rejects.toEqual(refused(code));
    expect(consulted()).toBe(0);
  });

  it('refuses a request without a usable challenge', async () => {
    const { challenge: _, ...without } = context().decision;
    await expect(decide(enrolment(), 1, without)).rejects.toEqual(refused('ChallengeMissing'));
  });

  it('refuses a challenge that does not exist', async () => {
    const unknown = { ...context().decision, challenge: { key: 'test#c2', record: undefined } };
    await expect(decide(enrolment(), 1, unknown)).rejects.toEqual(refused('ChallengeUnknown'));
  });

  it('is an outage when Intune is down, not a grant and not a refusal', async () => {
    const down = { validate: async () => Promise.reject(new Error('down')) };
    const asking = { ...context().decision, intune: down };
    await expect(decide(enrolment(), 1, asking)).rejects.toThrow('down');
  });
});

describe('a sealed Grant', () => {
  const sealed = async () => {
    const grant = await decide(enrolment({ enrolmentId: 'a' }), 1, context().decision);
    return { grant, bytes: sealGrant(grant, keys, random) };
  };

  it('opens as what it was', async () => {
    const { grant, bytes } = await sealed();
    expect(openGrant('test', { enrolmentId: 'a', attempt: 1 }, bytes, keys)).toEqual(grant);
  });

  it('says nothing to who reads the table', async () => {
    const { grant, bytes } = await sealed();
    expect(Buffer.from(bytes).includes('device')).toBe(false);
    expect(Buffer.from(bytes).includes(challengeKeyIn(grant))).toBe(false);
  });

  it('does not open for another attempt, enrolment or connector', async () => {
    const { bytes } = await sealed();
    const open = (connectorId: string, enrolmentId: string, attempt: number) => () =>
      openGrant(connectorId, { enrolmentId, attempt }, bytes, keys);
    expect(open('test', 'a', 2)).toThrow();
    expect(open('test', 'b', 1)).toThrow();
    expect(open('other', 'a', 1)).toThrow();
  });

  it('does not open under another connector’s secret', async () => {
    const { bytes } = await sealed();
    const others = deriveIssuanceKeys('test', {
      ...secrets,
      issuance: 'another issuance secret of enough characters',
    });
    expect(() => openGrant('test', { enrolmentId: 'a', attempt: 1 }, bytes, others)).toThrow();
  });

  it('does not open with a bit turned over', async () => {
    const { bytes } = await sealed();
    for (let at = 0; at < bytes.length; at += 7) {
      const copy = Uint8Array.from(bytes, (byte, index) => (index === at ? byte ^ 1 : byte));
      expect(() => openGrant('test', { enrolmentId: 'a', attempt: 1 }, copy, keys)).toThrow();
    }
  });
});
