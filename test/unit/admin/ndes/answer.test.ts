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
  it('gets a challenge that is good for one device', async () => {
    const { ask, ra, tell } = pageOf();
    const { bytes } = await ask(signedIn);
    const challenge = passwordIn(textOf(bytes)) ?? '';
    const first = pkcsReq({ ra, challenge });
    const second = pkcsReq({ ra, challenge, key: rsaKey(2048, 'another') });
    expect(await tell(first.message)).toBe('SUCCESS');
    expect(await tell(second.message)).toBe('FAILURE badRequest ChallengeUsed');
  });

  it('gets another one each time', async () => {
    const { ask, asked } = pageOf();
    const [one, two] = [await ask(signedIn), await ask(signedIn)];
    expect(passwordIn(textOf(one.bytes))).not.toBe(passwordIn(textOf(two.bytes)));
    expect(asked).toHaveLength(2);
  });

  it('is known to the audit, and the challenge lives for the hour that the page says', async () => {
    const { ask, asked, time } = pageOf();
    const { bytes } = await ask(signedIn);
    const terms = { name: 'mscep_admin', maxUses: 1, expiresAtSeconds: time.seconds + 3600 };
    const passwordForm = 'hexadecimal';
    expect(asked).toEqual([
      { connectorId: 'test', terms: { ...terms, passwordForm }, who: 'ndes:mscep' },
    ]);
    expect(textOf(bytes)).toContain('can be used only once and will expire within 60 minutes.');
  });

  it('gets challenges within the limits of the declaration', async () => {
    const { ask, ra, tell } = pageOf({ constraints: { subject: { CN: ['laptop-*'] } } });
    const enrol = async (commonName: string) => {
      const challenge = passwordIn(textOf((await ask(signedIn)).bytes)) ?? '';
      const csr = { challenges: [challenge], subject: name(cn(commonName)) };
      return await tell(pkcsReq({ ra, challenge, csr }).message);
    };
    expect(await enrol('laptop-7')).toBe('SUCCESS');
    expect(await enrol('ceo')).toBe('FAILURE badRequest ChallengeConstraint');
  });

  it('finds its challenge expired after that hour', async () => {
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
  ])('may write the scheme %s', async (_, authorization) => {
    expect((await pageOf().ask(authorization)).statusCode).toBe(200);
  });
});

describe('the page', () => {
  it.each(Object.entries(readers))('is understood by a program %s', async (_, read) => {
    const { bytes, headers } = await pageOf().ask(signedIn);
    expect(passwordIn(read(bytes, headers['content-type'] ?? ''))).toMatch(/^[0-9A-F]{32}$/);
  });

  it('is understood by a program that looks for hexadecimal digits behind “challenge password”', async () => {
    const text = textOf((await pageOf().ask(signedIn)).bytes);
    expect(hexadecimalPasswordIn(text)).toBe(passwordIn(text));
  });

  it('is UTF-8 without a mark, as Okta’s, where that is declared', async () => {
    const { bytes, headers } = await pageOf({ encoding: 'utf-8' }).ask(signedIn);
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    expect(bytes[0]).toBe('<'.charCodeAt(0));
    expect(passwordIn(Buffer.from(bytes).toString('latin1'))).toMatch(/^[0-9A-F]{32}$/);
  });

  it('shows the CA’s MD5 as NDES does, and its SHA-256 where nobody looks for a password', async () => {
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

  it('stays in no cache, and its password in no log', async () => {
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
  'NTLM, as an NDES may ask for': 'NTLM TlRMTVNTUAABAAAAB4IIAAAAAAAAAAAAAAAAAAAAAAA=',
  'what is not base64': 'Basic !!!!',
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
  'octets that are no UTF-8': encoded(Uint8Array.of(0x6d, 0x3a, 0xff, 0xfe)),
  'the credential in Latin-1 with an umlaut': encoded(Buffer.from('mscep:pä', 'latin1')),
  'the header twice, as API Gateway joins it': `${signedIn},${signedIn}`,
  'a wrong header before the right one': `${basic('a', 'b')},${signedIn}`,
  'words after it': `${signedIn} x`,
  'a space before it': ` ${signedIn}`,
  'more than anybody’s credential': basic(username, 'x'.repeat(10_000)),
};

describe('a caller without the credential', () => {
  it.each(Object.entries(hostile))(
    'with %s is asked for it, and nothing else happens',
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

describe('when something of ours is down', () => {
  it.each([
    ['the credential’s secret', { credential: down }],
    ['the CA', { caCertificate: down }],
  ])('as %s, the MDM hears 503 and no challenge is made', async (_, part) => {
    const { ask, asked, pageLines } = pageOf(part);
    const { statusCode, headers } = await ask(signedIn);
    expect([statusCode, headers['retry-after']]).toEqual([503, '10']);
    expect(asked).toEqual([]);
    expect(pageLines).toEqual(['{"outcome":"outage","code":"Down"}']);
  });

  it.each([
    ['a fault of the administration', new AdminFault('ValidationException', 'no')],
    ['a table that is down', new Down('no')],
  ])('as %s, it hears 503 and never a page without a password', async (_, error) => {
    const create = async (): Promise<never> => {
      throw error;
    };
    const { ask, pageLines } = pageOf({ administration: { create } });
    expect((await ask(signedIn)).statusCode).toBe(503);
    expect(pageLines).toEqual([`{"outcome":"outage","code":"${error.name}"}`]);
  });
});
