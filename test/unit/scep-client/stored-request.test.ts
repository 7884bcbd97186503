import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type EnrolmentFolder,
  loadOrCreateKey,
  openFolder,
} from '../../../lib/scep-client/folder.ts';
import { loadOrBuildRequest } from '../../../lib/scep-client/stored-request.ts';
import { ecKey, rsaKey } from '../../support/kit/keys.ts';

const { privateKey: key } = rsaKey();
const { privateKey: otherKey } = rsaKey(2048, 'other');
const names = { dnsNames: [], emailAddresses: [], uris: [] };
const command = {
  ...names,
  subject: 'CN=device',
  challenge: 'S3CRET',
  localChallenge: undefined,
  intuneControlUrl: undefined,
};

let folder: EnrolmentFolder;
let path: string;

beforeEach(async () => {
  path = mkdtempSync(join(tmpdir(), 'enrolled-'));
  folder = await openFolder(path);
});
afterEach(() => rmSync(path, { recursive: true }));

const pem = (one: typeof key) => one.export({ type: 'pkcs8', format: 'pem' });

describe('the key in the folder', () => {
  it('is reused and never replaced', async () => {
    writeFileSync(folder.key, pem(key));
    expect((await loadOrCreateKey(folder)).equals(key)).toBe(true);
    expect(readFileSync(folder.key, 'utf8')).toBe(pem(key));
  });

  it.each([
    ['with another size', pem(key), 4096],
    ['that is not RSA', pem(ecKey().privateKey), undefined],
    ['that is not a key', 'nonsense', undefined],
  ])('%s is refused', async (_, content, bits) => {
    writeFileSync(folder.key, content);
    await expect(loadOrCreateKey(folder, bits)).rejects.toMatchObject({ code: 'folder' });
  });
});

describe('the request in the folder', () => {
  it('is repeated for the same command', async () => {
    const first = await loadOrBuildRequest(folder, key, command);
    const second = await loadOrBuildRequest(folder, key, command);
    expect([first.isRepeated, second.isRepeated]).toEqual([false, true]);
    expect(Buffer.from(second.certificationRequest)).toEqual(
      Buffer.from(first.certificationRequest),
    );
  });

  it('is repeated without a subject', async () => {
    const first = await loadOrBuildRequest(folder, key, command);
    const again = { ...command, subject: undefined, challenge: undefined };
    const { certificationRequest, isRepeated } = await loadOrBuildRequest(folder, key, again);
    expect(isRepeated).toBe(true);
    expect(Buffer.from(certificationRequest)).toEqual(Buffer.from(first.certificationRequest));
  });

  it('keeps its challenge if the local server has a new one', async () => {
    await loadOrBuildRequest(folder, key, command);
    const again = { ...command, challenge: undefined, localChallenge: 'NEW' };
    expect(await loadOrBuildRequest(folder, key, again)).toMatchObject({ isRepeated: true });
  });

  it.each([
    ['subject', { subject: 'CN=other' }],
    ['challenge', { challenge: 'OTHER' }],
    ['name', { dnsNames: ['a.example'] }],
  ])('is replaced for another %s', async (_, change) => {
    await loadOrBuildRequest(folder, key, command);
    expect(await loadOrBuildRequest(folder, key, { ...command, ...change })).toMatchObject({
      isRepeated: false,
    });
  });

  it('is refused for another key', async () => {
    await loadOrBuildRequest(folder, key, command);
    await expect(loadOrBuildRequest(folder, otherKey, command)).rejects.toMatchObject({
      code: 'folder',
    });
  });

  it('must exist if the command has no subject', async () => {
    const again = loadOrBuildRequest(folder, key, { ...command, subject: undefined });
    await expect(again).rejects.toMatchObject({ code: 'badArgument' });
  });
});
