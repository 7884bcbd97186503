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
  it('can be read by its owner only, even if it replaces another file', async () => {
    const path = join(folder, 'open.mobileconfig');
    writeFileSync(path, 'old', { mode: 0o666 });
    const { reported } = await run([
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
    expect(reported).toContain('mode 0600');
    expect(reported).not.toContain('PW');
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

  it('is refused together with the output of npm', async () => {
    const npm = '\n> scep-connector@0.1.0 admin\n> node bin/admin.ts\n\nS3CRET\n';
    const refused = run(['--url', connector.url, '--challenge', '-', ...text], npm);
    await expect(refused).rejects.toThrow('add --silent there');
  });

  it('of the local stack is the default for its own URL only', async () => {
    const local = { scepUrl: connector.url, challengePassword: 'LOCAL' };
    expect(scepContentOf((await run(text, '', local)).printed).Challenge).toBe('LOCAL');
    const elsewhere = run(['--url', `${connector.url}x`, ...text], '', local);
    await expect(elsewhere).rejects.toThrow('--challenge is missing');
  });
});

/** Starts an admin API that creates every challenge. `bodies` are the requests. */
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

  it('is limited to one device and the names of the profile', async () => {
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

  it('allows no alternative name for a profile without one', async () => {
    const body = await made('--subject', 'CN=mac-7');
    expect(body.Constraints).toEqual({ Subject: { CN: ['mac-7'] } });
  });

  it('allows any value for an MDM’s variable', async () => {
    const body = await made('--subject', 'CN=mac-$SERIALNUMBER,serialNumber=%SerialNumber%');
    expect(body.Constraints).toEqual({ Subject: { CN: ['mac-*'], serialNumber: ['*'] } });
  });
});

const bad: readonly (readonly [string, readonly string[], ScepClientErrorCode, RegExp])[] = [
  ['no subject', ['--subject='], 'badArgument', /subject/],
  ['an unknown attribute', ['--subject', 'FOO=bar'], 'badArgument', /FOO/],
  ['a country of three letters', ['--subject', 'CN=a,C=DEU'], 'badArgument', /C takes two letters/],
  ['a small key', ['--key-size', '1024'], 'badArgument', /--key-size must be 2048 or 4096/],
  ['an unknown key usage', ['--key-usage', 'all'], 'badArgument', /signing or encryption or both/],
  ['another format', ['--format', 'pem'], 'badArgument', /--format must be mobileconfig/],
  ['an unknown flag', ['--sans', 'x'], 'badArgument', /--sans/],
  ['two challenges', ['--new-challenge'], 'badArgument', /exclude each other/],
  ['an empty challenge', ['--challenge='], 'badArgument', /--challenge is missing/],
  [
    'nothing on standard input',
    ['--challenge', '-'],
    'badArgument',
    /Standard input contains no challenge/,
  ],
  ['a control character', ['--name', 'a\u0000b'], 'badArgument', /PayloadDisplayName/],
  ['a URL without a server', ['--url', 'http://127.0.0.1:1/'], 'unreachable', /cannot be reached/],
  [
    'another pinned CA',
    ['--ca-fingerprint', '00'.repeat(32)],
    'wrongCa',
    /CA’s fingerprint is [0-9a-f]{64}, not 0{64}/,
  ],
  ['a missing folder', ['--out', '/nonexistent/a'], 'folder', /cannot be written/],
];

describe('an invalid argument', () => {
  it.each(bad)('such as %s is refused with advice', async (_, argv, code, message) => {
    const good = ['--url', connector.url, '--challenge', 'PW', '--subject', 'CN=a', '--out', '-'];
    const refused = run([...good, ...argv]);
    await expect(refused).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
      advice: expect.stringMatching(/\w/),
    });
  });

  it('in the subject creates no challenge', async () => {
    const admin = await adminApi();
    const argv = ['--url', connector.url, '--new-challenge', '--subject', 'CN=a,C=DEU'];
    await expect(run(argv, '', admin.run)).rejects.toThrow('C takes two letters');
    expect(admin.bodies).toEqual([]);
    admin.stop();
  });

  it('is --new-challenge without a local admin API', async () => {
    const refused = run(['--url', connector.url, '--new-challenge', '--subject', 'CN=a']);
    await expect(refused).rejects.toThrow('No local admin API runs here');
  });
});
