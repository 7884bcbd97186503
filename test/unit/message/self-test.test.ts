import { constants, privateDecrypt } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { assertImplicitRejection } from '../../../lambda/message/self-test.ts';
import { identityFrom } from '../../support/fakes/test-connector.ts';
import { testRa } from '../../support/kit/test-ra.ts';

describe('the self-test at cold start', () => {
  const identity = identityFrom(testRa());

  it('passes on this runtime', () => {
    expect(() => assertImplicitRejection(identity)).not.toThrow();
  });

  it('refuses a key that does not decrypt what its certificate encrypts', () => {
    const { privateKey } = identityFrom(testRa('other'));
    expect(() => assertImplicitRejection({ ...identity, privateKey })).toThrow('UnsafeRuntime');
  });

  it('refuses a runtime that does not read the padding of a key', () => {
    const other = identityFrom(testRa('without padding'));
    expect(() => assertImplicitRejection(other)).not.toThrow();
    Object.defineProperty(other.privateKey, 'padding', { get: () => undefined, set: () => {} });
    expect(() => assertImplicitRejection(other)).toThrow('UnsafeRuntime');
  });

  it('is needed: bad padding decrypts to something here, twice the same, and not to an error', () => {
    const key = { key: identity.privateKey, padding: constants.RSA_PKCS1_PADDING };
    const malformed = Buffer.alloc(256, 1);
    expect(privateDecrypt(key, malformed).equals(privateDecrypt(key, malformed))).toBe(true);
  });
});
