import { describe, expect, it } from 'vitest';
import {
  toIntuneRefusal,
  toIntuneRequest,
  validateWithIntune,
} from '../../../lambda/policy/intune.ts';
import { memoryIntune } from '../../support/fakes/memory-intune.ts';
import { codeOf, enrolment } from './requests.ts';

const asked = (...challengePasswords: readonly string[]) =>
  codeOf(() => toIntuneRequest(enrolment({ challengePasswords }), 'transaction'));

describe('what Intune is asked about', () => {
  it('is the request as it came, under the device’s own transactionID', () => {
    const one = enrolment({ challengePasswords: ['A'.repeat(6000)] });
    const { transactionId, certificateRequest } = toIntuneRequest(one, '251E592A');
    expect(transactionId).toBe('251E592A');
    expect(certificateRequest).toBe(one.request);
  });

  it.each([
    ['no challenge', []],
    ['two', ['A', 'A']],
    ['an empty one', ['']],
    ['one with a control character', ['A\n']],
    ['one that is no ASCII', ['Ä']],
    ['one that no message could bring', ['A'.repeat(32 * 1024 + 1)]],
  ])('is nothing where there is %s', (_, passwords) => {
    expect(asked(...passwords)).toBe('ChallengeMissing');
  });

  it.each([1, 256, 257, 6000, 16_384, 32 * 1024])(
    'may hold a challenge of %d characters',
    (length) => {
      expect(asked('A'.repeat(length))).toBeUndefined();
    },
  );
});

describe('a validation', () => {
  const request = toIntuneRequest(enrolment(), 'transaction');

  it('passes what Intune grants', async () => {
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

  it('is an outage where Intune is down: neither a grant nor a refusal', async () => {
    const intune = memoryIntune();
    intune.plan('outage');
    await expect(validateWithIntune(request, intune)).rejects.not.toHaveProperty('code');
  });

  it('gives a code that is no word no way into a log', () => {
    expect(toIntuneRefusal('a b')).toBe('Intune:Unknown');
    expect(toIntuneRefusal('')).toBe('Intune:Unknown');
    expect(toIntuneRefusal('x'.repeat(65))).toBe('Intune:Unknown');
    expect(toIntuneRefusal('New')).toBe('Intune:New');
  });
});
