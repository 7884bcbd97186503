import { describe, expect, it } from 'vitest';
import { parseCredentialSecret } from '../../../../lambda/admin/ndes/credential.ts';
import { renderChallengePage } from '../../../../lambda/admin/ndes/page.ts';

const good = { username: 'mscep', password: 'x'.repeat(20) };

describe('the page’s secret', () => {
  it('contains a username and a password', () => {
    expect(parseCredentialSecret(JSON.stringify(good))).toEqual(good);
  });

  it.each([
    ['text that is not JSON', 'mscep:S3CRET'],
    ['null', 'null'],
    ['a string', '"S3CRET"'],
    ['no username', JSON.stringify({ password: good.password })],
    ['a username with a colon', JSON.stringify({ ...good, username: 'a:b' })],
    ['a username with a line break', JSON.stringify({ ...good, username: 'a\nb' })],
    ['an empty username', JSON.stringify({ ...good, username: '' })],
    ['an empty password', JSON.stringify({ ...good, password: '' })],
    ['a short password', JSON.stringify({ ...good, password: 'S3CRET' })],
    ['a password with an umlaut', JSON.stringify({ ...good, password: 'ä'.repeat(20) })],
    ['a number for a password', JSON.stringify({ ...good, password: 1e20 })],
  ])('is refused with %s and not quoted', (_, text) => {
    expect(() => parseCredentialSecret(text)).toThrow(
      expect.objectContaining({
        name: 'NdesCredentialUnusable',
        message: expect.not.stringContaining('S3CRET'),
      }),
    );
  });
});

describe('the page', () => {
  it.each(['', 'A B', 'A<B', 'A&B', 'A"B'])(
    'is not rendered with the password “%s”',
    (password) => {
      const page = { password, caCertificate: new Uint8Array(), expiresInMinutes: 60 };
      expect(() => renderChallengePage(page)).toThrow('NdesPasswordNotPlain');
    },
  );
});
