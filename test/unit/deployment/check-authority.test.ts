import { describe, expect, it } from 'vitest';
import type { AuthorityDescription } from '../../../lambda/deployment/authority-faults.ts';
import { checkAuthority } from '../../../lambda/deployment/check-authority.ts';

const now = 1_800_000_000;
const declared = {
  certificateAuthorityArn:
    'arn:aws:acm-pca:eu-west-1:111122223333:certificate-authority/11111111-1234-1234-1234-123456789012',
  signingAlgorithm: 'SHA256WITHRSA',
  usageMode: 'GENERAL_PURPOSE',
  region: 'eu-west-1',
  account: '111122223333',
};
const good: AuthorityDescription = {
  status: 'ACTIVE',
  keyAlgorithm: 'RSA_2048',
  usageMode: 'GENERAL_PURPOSE',
  notAfterSeconds: now + 365 * 86_400,
};

/** A check of a CA that answers in turn with these errors, and then with its description. */
function checking(...errors: readonly string[]) {
  const left = [...errors];
  const calls = { described: 0, sleptMilliseconds: 0 };
  const context = {
    describe: async () => {
      calls.described += 1;
      const name = left.shift();
      if (name !== undefined) throw Object.assign(new Error('secret text'), { name });
      return good;
    },
    clock: {
      nowSeconds: () => now,
      sleep: async (milliseconds: number) => {
        calls.sleptMilliseconds += milliseconds;
      },
    },
  };
  return { calls, check: (more: object = {}) => checkAuthority({ ...declared, ...more }, context) };
}

describe('a check of an existing CA', () => {
  it('returns its end and the family of its key', async () => {
    expect(await checking().check()).toEqual({
      data: { KeyFamily: 'RSA', NotAfter: '2028-01-15T08:00:00.000Z' },
    });
  });

  it('calls nobody for a CA of another Region', async () => {
    const { check, calls } = checking();
    expect(await check({ region: 'us-east-1' })).toHaveProperty('fault');
    expect(calls.described).toBe(0);
  });

  it('waits for the permissions of a new role, half a minute at most', async () => {
    const denied = (times: number) => Array<string>(times).fill('AccessDeniedException');
    expect(await checking(...denied(5)).check()).toHaveProperty('data');
    const { check, calls } = checking(...denied(6));
    expect(await check()).toMatchObject({ fault: expect.stringContaining('is denied on the CA') });
    expect(calls).toEqual({ described: 6, sleptMilliseconds: 25_000 });
  });

  it.each([
    ['ResourceNotFoundException', 'does not exist'],
    ['InvalidArnException', 'is not the ARN of a CA'],
  ])('refuses a CA after %s, at once', async (name, sentence) => {
    const { check, calls } = checking(name);
    expect(await check()).toMatchObject({ fault: expect.stringContaining(sentence) });
    expect(calls.described).toBe(1);
  });

  it('throws an outage, which says nothing of the CA', async () => {
    await expect(checking('ThrottlingException').check()).rejects.toThrow();
  });
});
