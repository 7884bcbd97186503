/** The folder that stores the files of an enrolment. */
import { createPrivateKey, type KeyObject, type X509Certificate } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ScepClientError } from './errors.ts';
import { generateKey } from './identity.ts';

/** The paths of the files. request.der exists only until its answer arrives. */
export interface EnrolmentFolder {
  readonly key: string;
  readonly certificate: string;
  readonly chain: string;
  readonly request: string;
}

/** Creates the folder if it is missing. Throws `folder` if that fails. */
export async function openFolder(path: string): Promise<EnrolmentFolder> {
  await withFolderErrors(path, () => mkdir(path, { recursive: true }));
  return {
    key: join(path, 'key.pem'),
    certificate: join(path, 'cert.pem'),
    chain: join(path, 'chain.pem'),
    request: join(path, 'request.der'),
  };
}

/**
 * Loads the key in the folder, or creates one of `bits` or 2048 bits. A new key is stored (mode
 * 0600) before its first use, so that a lost answer can be requested again. An existing key is
 * never replaced. Throws `folder` if it is not an RSA key or has another size than `bits`.
 */
export async function loadOrCreateKey(folder: EnrolmentFolder, bits?: number): Promise<KeyObject> {
  const stored = await readIfPresent(folder.key);
  if (!stored) {
    const key = await generateKey(bits ?? 2048);
    await write(folder.key, key.export({ type: 'pkcs8', format: 'pem' }), 0o600);
    return key;
  }
  const key = readPrivateKey(stored, folder.key);
  const size = key.asymmetricKeyDetails?.modulusLength;
  if (key.asymmetricKeyType === 'rsa' && (bits ?? size) === size) return key;
  const found = `${key.asymmetricKeyType} key${size ? ` of ${size} bits` : ''}`;
  const expected = `an RSA key${bits ? ` of ${bits} bits` : ''}`;
  throw new ScepClientError('folder', `${folder.key} holds an ${found} instead of ${expected}.`);
}

/** Reads the request without an answer; undefined if the folder has none. */
export const readStoredRequest = (folder: EnrolmentFolder) => readIfPresent(folder.request);

/** Stores a request until its answer arrives (mode 0600, because it contains the challenge). */
export const storeRequest = (folder: EnrolmentFolder, request: Uint8Array) =>
  write(folder.request, request, 0o600);

/** Removes the stored request after its answer. */
export const removeRequest = (folder: EnrolmentFolder) =>
  withFolderErrors(folder.request, () => rm(folder.request, { force: true }));

/** Writes chain.pem and cert.pem. */
export async function storeCertificate(
  folder: EnrolmentFolder,
  certificate: X509Certificate,
  chain: readonly X509Certificate[],
): Promise<void> {
  await write(folder.chain, chain.map(String).join(''), 0o644);
  await write(folder.certificate, String(certificate), 0o644);
}

function readPrivateKey(pem: Uint8Array, path: string): KeyObject {
  try {
    return createPrivateKey(Buffer.from(pem));
  } catch (cause) {
    throw new ScepClientError('folder', `${path} is not a private key.`, { cause });
  }
}

async function readIfPresent(path: string): Promise<Uint8Array | undefined> {
  return withFolderErrors(path, async () => {
    try {
      return new Uint8Array(await readFile(path));
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
      throw error;
    }
  });
}

/** Writes the whole file or nothing, so that a power failure leaves no incomplete key. */
async function write(path: string, content: string | Uint8Array, mode: number): Promise<void> {
  const draft = `${path}.part`;
  await withFolderErrors(path, async () => {
    await writeFile(draft, content, { mode });
    await rename(draft, path);
  });
}

async function withFolderErrors<T>(path: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : 'unknown reason';
    throw new ScepClientError('folder', `${path} cannot be used (${reason}).`, { cause });
  }
}
