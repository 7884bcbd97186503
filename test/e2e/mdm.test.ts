/** An MDM and its devices with the deployed app: the NDES page, a profile and an enrolment. */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { enrolledBy, scepContentOf } from '../unit/apple-profile/apple-device.ts';
import { type RunningApp, runningApp } from './running-app.ts';

const root = join(import.meta.dirname, '../..');
let app: RunningApp;
let authorization: string;
let folder: string;
let ndesUrl: string;

beforeAll(async () => {
  app = await runningApp();
  ndesUrl = app.scepUrl.replace(/default$/, 'ndes');
  folder = mkdtempSync(join(tmpdir(), 'scep-mdm-'));
  mkdirSync(join(folder, '.local'));
  const { scepUrl, adminUrl, connectorId, caFingerprintSha256 } = app;
  writeFileSync(
    join(folder, '.local/run.json'),
    JSON.stringify({ scepUrl, adminUrl, connectorId, caFingerprintSha256 }),
  );
  const { username, password } = JSON.parse(app.secret('NdesSecret') ?? '{}');
  authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
});
afterAll(() => rmSync(folder, { recursive: true }));

const page = (path: string, headers: Record<string, string> = { authorization }) =>
  fetch(`${ndesUrl}/${path}`, { headers });

async function newChallenge(): Promise<string> {
  const html = new TextDecoder('utf-16').decode(await (await page('mscep_admin')).arrayBuffer());
  return /challenge password is: <B> ([0-9A-F]{32}) <\/B>/.exec(html)?.[1] ?? '';
}

interface ListedChallenges {
  readonly Challenges: readonly { readonly Name?: string }[];
  readonly NextToken?: string;
}

/** Counts the challenges of the page in the list of the admin API. */
async function countChallenges(): Promise<number> {
  const ConnectorArn = 'arn:aws:pca-connector-scep:local:000000000000:connector/ndes';
  const names: unknown[] = [];
  let NextToken: string | undefined;
  do {
    const query = new URLSearchParams({ ConnectorArn, ...(NextToken && { NextToken }) });
    const listed = await fetch(`${app.adminUrl}/challengeMetadata?${query}`);
    const { Challenges, ...rest } = (await listed.json()) as ListedChallenges;
    names.push(...Challenges.map(({ Name }) => Name));
    NextToken = rest.NextToken;
  } while (NextToken !== undefined);
  return names.filter((name) => name === 'mscep_admin').length;
}

/** Runs `npm run admin -- profile` with this standard input, and returns the profile. */
async function profileFrom(stdin: string, ...argv: readonly string[]): Promise<string> {
  const node = join(root, 'node_modules/.bin/node');
  const given = [join(root, 'bin/admin.ts'), 'profile', '--out', '-', ...argv];
  const child = spawn(node, given, { cwd: folder });
  child.stdin.end(stdin);
  return text(child.stdout);
}

describe('an admin without an MDM', () => {
  it('writes a profile with a new challenge, which enrols one Mac', async () => {
    const profile = await profileFrom('', '--new-challenge', '--subject', 'CN=mac-8');
    expect(scepContentOf(profile).Challenge).not.toBe(app.challengePassword);
    expect((await enrolledBy(profile)).status).toBe('SUCCESS');
    expect((await enrolledBy(profile)).status).toBe('FAILURE');
  });
});

describe('an MDM', () => {
  it('fetches a challenge for a profile, which enrols one Mac', async () => {
    const names = ['--url', ndesUrl, '--subject', 'CN=mac-7', '--san-dns', 'mac-7.example.com'];
    const profile = await profileFrom(`${await newChallenge()}\n`, '--challenge', '-', ...names);
    const first = await enrolledBy(profile);
    const second = await enrolledBy(profile);
    expect(first.status === 'SUCCESS' && first.certificate.subjectAltName).toBe(
      'DNS:mac-7.example.com',
    );
    expect(second).toMatchObject({ status: 'FAILURE', failInfo: { name: 'badRequest' } });
  });

  it.each(['mscep_admin', 'mscep_admin/', 'mscep_admin/mscep.dll'])(
    'can write the URL of the page as %s',
    async (path) => {
      expect((await page(path)).status).toBe(200);
    },
  );

  it('gets 401 without the credential, and no challenge by HEAD or POST', async () => {
    const anonymous = await page('mscep_admin', {});
    expect([anonymous.status, anonymous.headers.get('www-authenticate')]).toEqual([
      401,
      'Basic realm="ndes"',
    ]);
    const before = await countChallenges();
    for (const method of ['HEAD', 'POST'])
      await fetch(`${ndesUrl}/mscep_admin`, { method, headers: { authorization } });
    expect(await countChallenges()).toBe(before);
    await newChallenge();
    expect(await countChallenges()).toBe(before + 1);
  });

  it('leaves no password and no challenge in any log', async () => {
    const challenge = await newChallenge();
    const lines = app.log('').join('\n');
    expect(lines).toMatch(/"audit":"Challenge Created".*"principal":"ndes:mscep"/);
    expect(challenge).toMatch(/^[0-9A-F]{32}$/);
    expect(lines).not.toContain(challenge);
    expect(lines).not.toContain(authorization.slice('Basic '.length));
  });
});
