import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ScepClientErrorCode } from '../../../lib/scep-client/errors.ts';
import { scepContentOf } from './apple-device.ts';
import { run } from './run-command.ts';
import { servedConnector } from './served-connector.ts';

let connector: Awaited<ReturnType<typeof servedConnector>>;
let folder: string;

beforeAll(async () => {
  connector = await servedConnector();
  folder = mkdtempSync(join(tmpdir(), 'profile-'));
});
afterAll(() => {
  connector.stop();
  rmSync(folder, { recursive: true });
});

describe('the file', () => {
  it('is for its owner alone, even where another was before, and the command says so', async () => {
    const path = join(folder, 'open.mobileconfig');
    writeFileSync(path, 'old', { mode: 0o666 });
    const { said } = await run([
      '--url',
      connector.url,
      '--challenge',
      'PW',
      '--subject',
      'CN=a',
      '--out',
      path,
    ]);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readFileSync(path, 'utf8')).toContain('<string>PW</string>');
    expect(said).toContain('mode 0600');
    expect(said).not.toContain('PW');
  });
});

describe('the challenge', () => {
  const text = ['--subject', 'CN=a', '--out', '-'];

  it('can come from standard input', async () => {
    const { printed } = await run(
      ['--url', connector.url, '--challenge', '-', ...text],
      ' S3CRET\n',
    );
    expect(scepContentOf(printed).Challenge).toBe('S3CRET');
  });

  it('is not what npm says before it', async () => {
    const npm = '\n> scep-connector@0.1.0 admin\n> node bin/admin.ts\n\nS3CRET\n';
    const refused = run(['--url', connector.url, '--challenge', '-', ...text], npm);
    await expect(refused).rejects.toThrow('without --silent');
  });

  it('of the local stack goes to its own URL, and to no other', async () => {
    const local = { scepUrl: connector.url, challengePassword: 'LOCAL' };
    expect(scepContentOf((await run(text, '', local)).printed).Challenge).toBe('LOCAL');
    const elsewhere = run(['--url', `${connector.url}x`, ...text], '', local);
    await expect(elsewhere).rejects.toThrow('--challenge is missing');
  });
});

/** An admin API that makes every challenge, and what it was sent. */
async function adminApi() {
  const bodies: unknown[] = [];
  const server = createServer(async (request, response) => {
    bodies.push(await json(request));
    response.end(JSON.stringify({ Challenge: { Password: 'NEW' } }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const adminUrl = `http://127.0.0.1:${port}`;
  return { bodies, run: { adminUrl, connectorId: 'test' }, stop: () => server.close() };
}

describe('a new challenge', () => {
  const made = async (...argv: readonly string[]) => {
    const admin = await adminApi();
    const given = ['--url', connector.url, '--new-challenge', '--out', '-'];
    const { printed } = await run([...given, ...argv], '', admin.run);
    admin.stop();
    expect(scepContentOf(printed).Challenge).toBe('NEW');
    return admin.bodies[0] as Readonly<Record<string, unknown>>;
  };

  it('is for one device, and limited to the names of the profile', async () => {
    const body = await made(
      ...['--subject', 'CN=mac-7,O=Example\\, Ltd'],
      ...['--san-dns', 'mac-7.example.com', '--san-email', 'it@example.com', '--san-uri', 'urn:7'],
    );
    expect(body).toMatchObject({
      MaxUses: 1,
      Constraints: {
        Subject: { CN: ['mac-7'], O: ['Example, Ltd'] },
        AlternativeNames: {
          dns: ['mac-7.example.com'],
          email: ['it@example.com'],
          uri: ['urn:7'],
        },
      },
    });
  });

  it('allows no alternative name where the profile has none', async () => {
    const body = await made('--subject', 'CN=mac-7');
    expect(body.Constraints).toEqual({ Subject: { CN: ['mac-7'] } });
  });

  it('allows any value in the place of an MDM’s variable', async () => {
    const body = await made('--subject', 'CN=mac-$SERIALNUMBER,serialNumber=%SerialNumber%');
    expect(body.Constraints).toEqual({ Subject: { CN: ['mac-*'], serialNumber: ['*'] } });
  });
});

const bad: readonly (readonly [string, readonly string[], ScepClientErrorCode, RegExp])[] = [
  ['no subject', ['--subject='], 'badArgument', /subject/],
  ['an unknown attribute', ['--subject', 'FOO=bar'], 'badArgument', /FOO/],
  ['a country of three letters', ['--subject', 'CN=a,C=DEU'], 'badArgument', /C takes two letters/],
  ['a small key', ['--key-size', '1024'], 'badArgument', /--key-size is 2048 or 4096/],
  ['a key use of its own', ['--key-usage', 'all'], 'badArgument', /signing or encryption or both/],
  ['another format', ['--format', 'pem'], 'badArgument', /--format is mobileconfig/],
  ['an unknown flag', ['--sans', 'x'], 'badArgument', /--sans/],
  ['two challenges', ['--new-challenge'], 'badArgument', /exclude each other/],
  ['an empty challenge', ['--challenge='], 'badArgument', /--challenge is missing/],
  ['nothing on standard input', ['--challenge', '-'], 'badArgument', /No challenge came/],
  ['a control character', ['--name', 'a\u0000b'], 'badArgument', /PayloadDisplayName/],
  ['a URL of no server', ['--url', 'http://127.0.0.1:1/'], 'unreachable', /cannot be reached/],
  ['a pinned CA that is another', ['--ca-fingerprint', '00'.repeat(32)], 'wrongCa', /not the one/],
  ['a folder that is not there', ['--out', '/nonexistent/a'], 'folder', /cannot be written/],
];

describe('what cannot be used', () => {
  it.each(bad)('as %s is refused with advice', async (_, argv, code, message) => {
    const good = ['--url', connector.url, '--challenge', 'PW', '--subject', 'CN=a', '--out', '-'];
    const refused = run([...good, ...argv]);
    await expect(refused).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
      advice: expect.stringMatching(/\w/),
    });
  });

  it('makes no challenge for a subject that no certificate can have', async () => {
    const admin = await adminApi();
    const argv = ['--url', connector.url, '--new-challenge', '--subject', 'CN=a,C=DEU'];
    await expect(run(argv, '', admin.run)).rejects.toThrow('C takes two letters');
    expect(admin.bodies).toEqual([]);
    admin.stop();
  });

  it('makes no challenge where no admin API runs', async () => {
    const refused = run(['--url', connector.url, '--new-challenge', '--subject', 'CN=a']);
    await expect(refused).rejects.toThrow('No local admin API runs here');
  });
});
