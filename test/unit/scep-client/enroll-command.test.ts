import { spawn } from 'node:child_process';
import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { computeFingerprint } from '../../../lib/scep-client/ca-certificates.ts';
import { toBerThroughout } from '../../support/kit/ber.ts';
import { cn, name } from '../../support/kit/names.ts';
import { issuedBy, testRa } from '../../support/kit/test-ra.ts';
import { type Responder, responder } from './responder.ts';

const ra = testRa();
const fingerprint = computeFingerprint(new X509Certificate(ra.caCertificate));
const command = fileURLToPath(new URL('../../../bin/enroll.ts', import.meta.url));

let folder: string;
let server: Server | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'enroll-'));
});
afterEach(() => {
  server?.close();
  server = undefined;
  rmSync(folder, { recursive: true });
});

const file = (name: string) => join(folder, 'enrolled', name);

describe('npm run enroll', () => {
  it('writes the key, the certificate and the chain with the defaults of the local run', async () => {
    await serveLocally(responder(ra, [{ do: 'pend' }, { do: 'issue' }]));
    const { code, stderr } = await run('--subject', 'CN=device', '--poll-interval', '0.1');
    expect([code, stderr]).toEqual([
      0,
      expect.stringMatching(/pending after \d+ s, next try in 1 s/),
    ]);
    const certificate = new X509Certificate(readFileSync(file('cert.pem')));
    const chain = new X509Certificate(readFileSync(file('chain.pem')));
    expect(certificate.verify(chain.publicKey)).toBe(true);
    expect(statSync(file('key.pem')).mode & 0o777).toBe(0o600);
    expect(existsSync(file('request.der'))).toBe(false);
  });

  it('resends an unanswered request byte for byte', async () => {
    const responses = responder(ra, [{ do: 'pend' }, { do: 'issue' }]);
    const url = await serveLocally(responses);
    const first = await run('--subject', 'CN=device', '--timeout', '0', '--dns', 'a.example');
    expect([first.code, first.stderr]).toEqual([
      1,
      expect.stringContaining('Run the same command'),
    ]);
    expect(statSync(file('request.der')).mode & 0o777).toBe(0o600);
    writeRunFile({ scepUrl: url, challengePassword: 'ANOTHER', caFingerprintSha256: fingerprint });
    const second = await run('--subject', 'CN=device', '--dns', 'a.example');
    expect(second.code).toBe(0);
    const [one, two] = responses.requests.map(({ content }) => Buffer.from(content));
    expect(one).toEqual(two);
  });

  it('explains a refusal, suggests a fix and removes the challenge', async () => {
    await serveLocally(responder(ra, [{ do: 'refuse', failInfo: '2' }]));
    const { code, stderr } = await run('--subject', 'CN=device', '--challenge', 'WRONG');
    expect([code, stderr]).toEqual([2, expect.stringMatching(/badRequest.*\n.*challenge/)]);
    expect(stderr).not.toContain('WRONG');
    expect(readFolder()).toEqual([true, false, false]);
  });

  it('prints the server’s message without its control characters', async () => {
    const failInfoText = 'The challenge password is wrong.\u001b[2J';
    await serveLocally(responder(ra, [{ do: 'refuse', failInfo: '2', failInfoText }]));
    const { stderr } = await run('--subject', 'CN=device', '--challenge', 'WRONG');
    expect(stderr).toContain('Message from the server: The challenge password is wrong.�[2J\n');
    expect(stderr.indexOf('Message from the server')).toBeLessThan(stderr.indexOf('Next step'));
  });

  it('prints one line of JSON', async () => {
    await serveLocally(responder(ra, [{ do: 'issue' }]));
    const { code, stdout } = await run('--subject', 'CN=device', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ status: 'SUCCESS', subject: 'CN=device' });
  });

  it('accepts the certificate of a server that writes BER, such as BouncyCastle', async () => {
    const turns = [{ do: 'pend' }, { do: 'issue' }] as const;
    await serveLocally(responder(ra, turns, { encode: toBerThroughout }));
    const { code, stdout } = await run('--subject', 'CN=device', '--poll-interval', '0.1');
    expect([code, stdout]).toEqual([0, expect.stringContaining('Enrolled CN=device')]);
  });

  it('reports in one line that the server’s certificates do not allow encryption', async () => {
    const spki = generateKeyPairSync('ml-kem-768').publicKey.export({
      type: 'spki',
      format: 'der',
    });
    const bag = [issuedBy(ra, { subject: name(cn('ml-kem')), spki }), ra.caCertificate];
    await serveLocally(responder(ra, [{ do: 'issue' }], { bag }));
    const { code, stderr } = await run('--subject', 'CN=device');
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/^None of the 2 .* with RSA\.\n.*\n$/),
    ]);
  });

  it('suggests a next step if no server answers', async () => {
    const { code, stderr } = await run('--subject', 'CN=a', '--url', 'http://127.0.0.1:9/');
    expect([code, stderr]).toEqual([1, expect.stringMatching(/cannot be reached.*\n.*npm start/)]);
  });
});

/** Whether the key, the certificate and the request exist. */
const readFolder = () =>
  ['key.pem', 'cert.pem', 'request.der'].map((name) => existsSync(file(name)));

function run(...args: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, [command, ...args], { cwd: folder });
  const out = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => (out.stdout += chunk));
  child.stderr.on('data', (chunk) => (out.stderr += chunk));
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, ...out })));
}

/** Serves a responder over HTTP, and writes .local/run.json as npm start does. */
async function serveLocally(answers: Responder): Promise<string> {
  const listening = createServer(async (request, response) => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = request.method === 'POST' ? Buffer.concat(chunks) : null;
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    const answer = await answers.fetch(url, { method: request.method ?? 'GET', body });
    response.writeHead(answer.status, [...answer.headers].flat());
    response.end(Buffer.from(await answer.arrayBuffer()));
  });
  server = listening;
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  const { port } = listening.address() as AddressInfo;
  const scepUrl = `http://127.0.0.1:${port}/scep/default`;
  writeRunFile({ scepUrl, challengePassword: 'S3CRET', caFingerprintSha256: fingerprint });
  return scepUrl;
}

function writeRunFile(content: object): void {
  mkdirSync(join(folder, '.local'), { recursive: true });
  writeFileSync(join(folder, '.local', 'run.json'), JSON.stringify(content));
}
