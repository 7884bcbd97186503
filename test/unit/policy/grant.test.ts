import { describe, expect, it } from 'vitest';
import { formatAttemptId } from '../../../lambda/core/attempt.ts';
import { decide } from '../../../lambda/policy/grant.ts';
import { rsaKey } from '../../support/kit/keys.ts';
import { challengeKeyIn, context, enrolment, withCode } from './requests.ts';

describe('a decision', () => {
  it('grants the usages and the validity of the profile', async () => {
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

  it('grants one attempt of one enrolment, and names its challenge', async () => {
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
  ])('records whether a challenge with %j has counted uses', async (terms, isCounted) => {
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
  ] as const)('refuses with %s before it reads the challenge', async (code, requested) => {
    const { decision, challengeReads } = context();
    await expect(decide(enrolment(requested), 1, decision)).rejects.toEqual(withCode(code));
    expect(challengeReads()).toBe(0);
  });

  it('refuses a request without a usable challenge', async () => {
    const { challenge: _, ...without } = context().decision;
    await expect(decide(enrolment(), 1, without)).rejects.toEqual(withCode('ChallengeMissing'));
  });

  it('refuses a challenge that does not exist', async () => {
    const unknown = { ...context().decision, challenge: { key: 'test#c2', record: undefined } };
    await expect(decide(enrolment(), 1, unknown)).rejects.toEqual(withCode('ChallengeUnknown'));
  });

  it('is an outage if Intune is down, neither a grant nor a refusal', async () => {
    const down = { validate: async () => Promise.reject(new Error('down')) };
    const withIntune = { ...context().decision, intune: down };
    await expect(decide(enrolment(), 1, withIntune)).rejects.toThrow('down');
  });
});
