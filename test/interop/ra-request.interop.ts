/**
 * Other parsers read the RA's certification request. No connector could start if ACM PCA refused
 * it.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeRaRequest } from '../../lambda/asn1/ra-request.ts';
import { buildCsr } from '../support/kit/csr.ts';
import { type Ended, projectDirectory, run, runOrThrow } from './command.ts';
import { installedOnce } from './installed.ts';
import { describeWith } from './tools.ts';

const cryptographyVersion = '50.0.2';
const readers = join(projectDirectory, 'test/interop/readers');

/** Encodes a request as PEM. */
const pem = (der: Uint8Array): string => {
  const lines = Buffer.from(der).toString('base64').replace(/.{64}/g, '$&\n').trimEnd();
  return `-----BEGIN CERTIFICATE REQUEST-----\n${lines}\n-----END CERTIFICATE REQUEST-----\n`;
};

let directory: string;
let python: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'scep-ra-request-'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** Creates a virtual environment with only the pinned package. */
const installCryptography = (): Promise<string> =>
  installedOnce(`cryptography-${cryptographyVersion}`, async (environment) => {
    await runOrThrow('python3', ['-m', 'venv', environment], { timeoutSeconds: 120 });
    const wanted = `cryptography==${cryptographyVersion}`;
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', wanted];
    await runOrThrow(join(environment, 'bin/python'), pip, { timeoutSeconds: 240 });
  });

/** The command of each reader for a file. */
const read: Readonly<Record<string, (file: string) => Promise<Ended>>> = {
  OpenSSL: (file) => run('openssl', ['req', '-verify', '-noout', '-subject', '-in', file]),
  Go: (file) => run('go', ['run', join(readers, 'certification-request.go')], goOptions(file)),
  Python: (file) =>
    run(python, [join(readers, 'certification_request.py')], { standardInputFile: file }),
};

/** The first run compiles crypto/x509. */
const goOptions = (file: string) => ({
  standardInputFile: file,
  timeoutSeconds: 240,
  env: { GO111MODULE: 'off', GOTOOLCHAIN: 'local' },
});

/** Runs a reader on a request. */
const readBy = (reader: string, der: Uint8Array): Promise<Ended> => {
  const file = join(directory, `${reader}.pem`);
  writeFileSync(file, pem(der));
  return (read[reader] as (file: string) => Promise<Ended>)(file);
};

describeWith(['openssl', 'go', 'python3'], 'the certification request of the RA', () => {
  beforeAll(async () => {
    python = join(await installCryptography(), 'bin/python');
  }, 360_000);

  it.each(Object.keys(read))(
    'is parsed and verified by %s',
    { timeout: 300_000 },
    async (reader) => {
      const { request } = await makeRaRequest('SCEP RA test');
      const { exitCode, stdout, stderr } = await readBy(reader, request);
      expect(exitCode, stderr).toBe(0);
      expect(stdout).toMatch(/CN ?= ?SCEP RA test/);
    },
  );

  it.each(['Go', 'Python'])(
    'is refused by %s without attributes, so that reader checks them',
    { timeout: 300_000 },
    async (reader) => {
      const { exitCode } = await readBy(reader, buildCsr({ withoutAttributes: true }));
      expect(exitCode).toBe(1);
    },
  );
});
