import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type EnrolmentFolder,
  loadOrCreateKey,
  openFolder,
} from '../../../lib/scep-client/folder.ts';
import { requestIn } from '../../../lib/scep-client/stored-request.ts';
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
  it('is used again, never replaced', async () => {
    writeFileSync(folder.key, pem(key));
    expect((await loadOrCreateKey(folder)).equals(key)).toBe(true);
    expect(readFileSync(folder.key, 'utf8')).toBe(pem(key));
  });

  it.each([
    ['of another size', pem(key), 4096],
    ['that is not RSA', pem(ecKey().privateKey), undefined],
    ['that is no key', 'nonsense', undefined],
  ])('is refused: one %s', async (_, content, bits) => {
    writeFileSync(folder.key, content);
    await expect(loadOrCreateKey(folder, bits)).rejects.toMatchObject({ code: 'folder' });
  });
});

describe('the request in the folder', () => {
  it('is repeated when the same is asked for', async () => {
    const first = await requestIn(folder, key, command);
    const second = await requestIn(folder, key, command);
    expect([first.repeated, second.repeated]).toEqual([false, true]);
    expect(Buffer.from(second.certificationRequest)).toEqual(
      Buffer.from(first.certificationRequest),
    );
  });

  it('is repeated when no subject is given', async () => {
    const first = await requestIn(folder, key, command);
    const again = { ...command, subject: undefined, challenge: undefined };
    const { certificationRequest, repeated } = await requestIn(folder, key, again);
    expect(repeated).toBe(true);
    expect(Buffer.from(certificationRequest)).toEqual(Buffer.from(first.certificationRequest));
  });

  it('keeps its challenge when the local server makes a new one', async () => {
    await requestIn(folder, key, command);
    const again = { ...command, challenge: undefined, localChallenge: 'NEW' };
    expect(await requestIn(folder, key, again)).toMatchObject({ repeated: true });
  });

  it.each([
    ['subject', { subject: 'CN=other' }],
    ['challenge', { challenge: 'OTHER' }],
    ['name', { dnsNames: ['a.example'] }],
  ])('is replaced when another %s is asked for', async (_, change) => {
    await requestIn(folder, key, command);
    expect(await requestIn(folder, key, { ...command, ...change })).toMatchObject({
      repeated: false,
    });
  });

  it('is refused when it is for another key', async () => {
    await requestIn(folder, key, command);
    await expect(requestIn(folder, otherKey, command)).rejects.toMatchObject({ code: 'folder' });
  });

  it('must be there when no subject is given', async () => {
    const again = requestIn(folder, key, { ...command, subject: undefined });
    await expect(again).rejects.toMatchObject({ code: 'badArgument' });
  });
});
