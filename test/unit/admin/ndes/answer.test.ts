import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { AdminFault } from '../../../../lambda/admin/api/fault.ts';
import { rsaKey } from '../../../support/kit/keys.ts';
import { cn, name } from '../../../support/kit/names.ts';
import { pkcsReq } from '../../../support/kit/pkcs-req.ts';
import {
  basic,
  credential,
  hexadecimalPasswordIn,
  pageOf,
  passwordIn,
  readers,
} from './page-of.ts';

const signedIn = basic(credential.username, credential.password);

const textOf = (bytes: Uint8Array) => new TextDecoder('utf-16le').decode(bytes);

describe('an MDM with the credential', () => {
  it('gets a challenge for one device', async () => {
    const { ask, ra, tell } = pageOf();
    const { bytes } = await ask(signedIn);
    const challenge = passwordIn(textOf(bytes)) ?? '';
    const first = pkcsReq({ ra, challenge });
    const second = pkcsReq({ ra, challenge, key: rsaKey(2048, 'another') });
    expect(await tell(first.message)).toBe('SUCCESS');
    expect(await tell(second.message)).toBe('FAILURE badRequest ChallengeUsed');
  });

  it('gets another challenge each time', async () => {
    const { ask, asked } = pageOf();
    const [one, two] = [await ask(signedIn), await ask(signedIn)];
    expect(passwordIn(textOf(one.bytes))).not.toBe(passwordIn(textOf(two.bytes)));
    expect(asked).toHaveLength(2);
  });

  it('is recorded in the audit, and the challenge is valid for the hour on the page', async () => {
    const { ask, asked, time } = pageOf();
    const { bytes } = await ask(signedIn);
    const terms = { name: 'mscep_admin', maxUses: 1, expiresAtSeconds: time.seconds + 3600 };
    const passwordForm = 'hexadecimal';
    expect(asked).toEqual([
      { connectorId: 'test', terms: { ...terms, passwordForm }, who: 'ndes:mscep' },
    ]);
    expect(textOf(bytes)).toContain('can be used only once and will expire within 60 minutes.');
  });

  it('gets challenges with the declared limits', async () => {
    const { ask, ra, tell } = pageOf({ constraints: { subject: { CN: ['laptop-*'] } } });
    const enrol = async (commonName: string) => {
      const challenge = passwordIn(textOf((await ask(signedIn)).bytes)) ?? '';
      const csr = { challenges: [challenge], subject: name(cn(commonName)) };
      return await tell(pkcsReq({ ra, challenge, csr }).message);
    };
    expect(await enrol('laptop-7')).toBe('SUCCESS');
    expect(await enrol('ceo')).toBe('FAILURE badRequest ChallengeConstraint');
  });

  it('gets a challenge that expires after an hour', async () => {
    const { ask, ra, tell, time } = pageOf();
    const challenge = passwordIn(textOf((await ask(signedIn)).bytes)) ?? '';
    time.seconds += 3601;
    const late = pkcsReq({
      ra,
      challenge,
      csr: { challenges: [challenge], subject: name(cn('late')) },
    });
    expect(await tell(late.message)).toBe('FAILURE badRequest ChallengeExpired');
  });

  it.each([
    ['in lower case', signedIn.replace('Basic', 'basic')],
    ['with two spaces', signedIn.replace(' ', '  ')],
    ['without padding', signedIn.replace(/=+$/, '')],
  ])('can write the scheme %s', async (_, authorization) => {
    expect((await pageOf().ask(authorization)).statusCode).toBe(200);
  });
});

describe('the page', () => {
  it.each(Object.entries(readers))('can be read by a program %s', async (_, read) => {
    const { bytes, headers } = await pageOf().ask(signedIn);
    expect(passwordIn(read(bytes, headers['content-type'] ?? ''))).toMatch(/^[0-9A-F]{32}$/);
  });

  it('can be read by a program that searches for hexadecimal digits after “challenge password”', async () => {
    const text = textOf((await pageOf().ask(signedIn)).bytes);
    expect(hexadecimalPasswordIn(text)).toBe(passwordIn(text));
  });

  it('is UTF-8 without a byte order mark if declared, as Okta writes it', async () => {
    const { bytes, headers } = await pageOf({ encoding: 'utf-8' }).ask(signedIn);
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    expect(bytes[0]).toBe('<'.charCodeAt(0));
    expect(passwordIn(Buffer.from(bytes).toString('latin1'))).toMatch(/^[0-9A-F]{32}$/);
  });

  it('shows the CA’s MD5 as NDES does, and its SHA-256 before the password', async () => {
    const { ask, ra } = pageOf();
    const text = textOf((await ask(signedIn)).bytes);
    const shown = /thumbprint \(hash value\) for the CA certificate is: <B> (.*) <\/B>/.exec(
      text,
    )?.[1];
    const hash = (digest: string) => createHash(digest).update(ra.caCertificate).digest('hex');
    expect(shown).toMatch(/^([0-9A-F]{8} ){3}[0-9A-F]{8}$/);
    expect(shown?.replaceAll(' ', '').toLowerCase()).toBe(hash('md5'));
    const before = text.slice(0, text.indexOf('challenge password'));
    expect(before).toContain(hash('sha256').toUpperCase());
    expect(text.split('<B>')).toHaveLength(3);
  });

  it('is not cached, and its password is not logged', async () => {
    const { ask, pageLines } = pageOf();
    const { bytes, headers } = await ask(signedIn);
    const password = passwordIn(textOf(bytes)) ?? 'none';
    expect(headers['cache-control']).toBe('no-store');
    expect(pageLines).toEqual([
      '{"outcome":"created","challengeId":"challenge-1","principal":"ndes:mscep"}',
    ]);
    expect(pageLines.join()).not.toContain(password);
  });
});

const { username, password } = credential;
const encoded = (text: string | Uint8Array) =>
  `Basic ${Buffer.from(text as string).toString('base64')}`;

const hostile: Readonly<Record<string, string | undefined>> = {
  'no header': undefined,
  'an empty header': '',
  'the scheme alone': 'Basic',
  'the scheme and a space': 'Basic ',
  'another scheme': `Bearer ${password}`,
  'NTLM, which NDES can request': 'NTLM TlRMTVNTUAABAAAAB4IIAAAAAAAAAAAAAAAAAAAAAAA=',
  'text that is not base64': 'Basic !!!!',
  'url-safe base64': encoded(`${username}:ÿÿÿ`).replaceAll('/', '_').replaceAll('+', '-'),
  'base64 with a line break': signedIn.replace(/.{20}$/, '\r\n$&'),
  'no colon': encoded(`${username}${password}`),
  'nothing but a colon': encoded(':'),
  'no password': basic(username, ''),
  'no username': basic('', password),
  'the wrong password': basic(username, 'x'.repeat(password.length)),
  'the wrong username': basic('admin', password),
  'another case': basic(username, password.toUpperCase()),
  'all but the last character': basic(username, password.slice(0, -1)),
  'one character more': basic(username, `${password}x`),
  'a colon more': basic(username, `:${password}`),
  'a line break in the password': basic(username, `${password}\r\nX-Evil: 1`),
  'a line break in the username': basic(`${username}\r\nSet-Cookie: a=b`, password),
  'markup in the username': basic('<script>alert(1)</script>', password),
  'a zero at the end': basic(username, `${password}\0`),
  'letters that only look the same': basic('mѕcep', password),
  'octets that are not UTF-8': encoded(Uint8Array.of(0x6d, 0x3a, 0xff, 0xfe)),
  'the credential in Latin-1 with an umlaut': encoded(Buffer.from('mscep:pä', 'latin1')),
  'the header twice, as API Gateway joins it': `${signedIn},${signedIn}`,
  'a wrong header before the right one': `${basic('a', 'b')},${signedIn}`,
  'text after it': `${signedIn} x`,
  'a space before it': ` ${signedIn}`,
  'ten thousand characters': basic(username, 'x'.repeat(10_000)),
};

describe('a caller without the credential', () => {
  it.each(Object.entries(hostile))(
    'that sends %s gets 401, and no challenge is created',
    async (_, header) => {
      const { ask, asked, pageLines } = pageOf();
      const { statusCode, headers, bytes } = await ask(header);
      expect(statusCode).toBe(401);
      expect(headers).toEqual({
        'content-type': 'text/plain',
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
        'www-authenticate': 'Basic realm="test"',
      });
      expect(Buffer.from(bytes).toString()).toBe('Unauthorized\n');
      expect(asked).toEqual([]);
      expect(pageLines).toEqual([
        expect.stringMatching(/^\{"outcome":"refused","code":"Credential(Missing|Wrong)"\}$/),
      ]);
    },
  );
});

class Down extends Error {
  override readonly name = 'Down';
}

const down = async (): Promise<never> => {
  throw new Down(`the ${password}`);
};

describe('during an outage', () => {
  it.each([
    ['the credential’s secret', { credential: down }],
    ['the CA', { caCertificate: down }],
  ])('of %s, the MDM gets 503 and no challenge is created', async (_, part) => {
    const { ask, asked, pageLines } = pageOf(part);
    const { statusCode, headers } = await ask(signedIn);
    expect([statusCode, headers['retry-after']]).toEqual([503, '10']);
    expect(asked).toEqual([]);
    expect(pageLines).toEqual(['{"outcome":"outage","code":"Down"}']);
  });

  it.each([
    ['the admin operations', new AdminFault('ValidationException', 'no')],
    ['a table', new Down('no')],
  ])('of %s, the MDM gets 503 instead of a page', async (_, error) => {
    const createChallenge = async (): Promise<never> => {
      throw error;
    };
    const { ask, pageLines } = pageOf({ administration: { createChallenge } });
    expect((await ask(signedIn)).statusCode).toBe(503);
    expect(pageLines).toEqual([`{"outcome":"outage","code":"${error.name}"}`]);
  });
});
