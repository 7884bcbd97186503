import { createHash, createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { Sha256 } from '../../../lambda/aws/sha256.ts';

describe('the digest of signatures', () => {
  it('is SHA-256 of all added parts, and starts again after a reset', async () => {
    const digest = new Sha256();
    digest.update('dropped');
    digest.reset();
    digest.update('text é');
    digest.update(Uint8Array.of(0, 255).buffer);
    digest.update(new Uint8Array([9, 1, 2]).subarray(1));
    const expected = createHash('sha256')
      .update('text é')
      .update(Uint8Array.of(0, 255, 1, 2));
    expect(Buffer.from(await digest.digest())).toEqual(expected.digest());
  });

  it.each([
    ['a text', 'AWS4é'],
    ['octets', new Uint8Array(32).fill(7)],
    ['no octets', new Uint8Array()],
  ])('is an HMAC under a key that is %s', async (_, secret) => {
    const digest = new Sha256(secret);
    digest.update('message');
    const expected = createHmac('sha256', secret).update('message').digest();
    expect(Buffer.from(await digest.digest())).toEqual(expected);
  });
});
