import { describe, expect, it } from 'vitest';
import {
  toIntuneRefusal,
  toIntuneRequest,
  validateWithIntune,
} from '../../../lambda/policy/intune.ts';
import { memoryIntune } from '../../support/fakes/memory-intune.ts';
import { codeOf, enrolment } from './requests.ts';

const refusalOf = (...challengePasswords: readonly string[]) =>
  codeOf(() => toIntuneRequest(enrolment({ challengePasswords }), 'transaction'));

describe('the request for Intune', () => {
  it('has the unchanged CSR and the transactionID of the device', () => {
    const one = enrolment({ challengePasswords: ['A'.repeat(6000)] });
    const { transactionId, certificateRequest } = toIntuneRequest(one, '251E592A');
    expect(transactionId).toBe('251E592A');
    expect(certificateRequest).toBe(one.request);
  });

  it.each([
    ['no challenge', []],
    ['two challenges', ['A', 'A']],
    ['an empty challenge', ['']],
    ['a challenge with a control character', ['A\n']],
    ['a challenge that is not ASCII', ['Ä']],
    ['a challenge longer than any message', ['A'.repeat(32 * 1024 + 1)]],
  ])('is refused with %s', (_, passwords) => {
    expect(refusalOf(...passwords)).toBe('ChallengeMissing');
  });

  it.each([1, 256, 257, 6000, 16_384, 32 * 1024])(
    'can have a challenge of %d characters',
    (length) => {
      expect(refusalOf('A'.repeat(length))).toBeUndefined();
    },
  );
});

describe('a validation by Intune', () => {
  const request = toIntuneRequest(enrolment(), 'transaction');

  it('accepts what Intune accepts', async () => {
    await expect(validateWithIntune(request, memoryIntune())).resolves.toBeUndefined();
  });

  it('refuses what Intune refuses, with its code', async () => {
    const intune = memoryIntune();
    intune.plan({ refused: 'ChallengeExpired' });
    await expect(validateWithIntune(request, intune)).rejects.toMatchObject({
      name: 'Refusal',
      code: 'Intune:ChallengeExpired',
    });
  });

  it('is an outage if Intune is down, neither a grant nor a refusal', async () => {
    const intune = memoryIntune();
    intune.plan('outage');
    await expect(validateWithIntune(request, intune)).rejects.not.toHaveProperty('code');
  });

  it('replaces a code that is not a single word, because codes are logged', () => {
    expect(toIntuneRefusal('a b')).toBe('Intune:Unknown');
    expect(toIntuneRefusal('')).toBe('Intune:Unknown');
    expect(toIntuneRefusal('x'.repeat(65))).toBe('Intune:Unknown');
    expect(toIntuneRefusal('New')).toBe('Intune:New');
  });
});
