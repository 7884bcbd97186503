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

  it('refuses a key that is not the key of its certificate', () => {
    const { privateKey } = identityFrom(testRa('other'));
    expect(() => assertImplicitRejection({ ...identity, privateKey })).toThrow('UnsafeRuntime');
  });

  it('refuses a runtime that ignores the padding property of a key', () => {
    const other = identityFrom(testRa('without padding'));
    expect(() => assertImplicitRejection(other)).not.toThrow();
    Object.defineProperty(other.privateKey, 'padding', { get: () => undefined, set: () => {} });
    expect(() => assertImplicitRejection(other)).toThrow('UnsafeRuntime');
  });

  it('relies on implicit rejection, which decrypts bad padding to the same octets twice', () => {
    const key = { key: identity.privateKey, padding: constants.RSA_PKCS1_PADDING };
    const malformed = Buffer.alloc(256, 1);
    expect(privateDecrypt(key, malformed).equals(privateDecrypt(key, malformed))).toBe(true);
  });
});
