import { createPrivateKey, type KeyObject, type X509Certificate } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ScepClientError } from './errors.ts';
import { generateKey } from './identity.ts';

/** The files of an enrolment. request.der is there only while there is no answer. */
export interface EnrolmentFolder {
  readonly key: string;
  readonly certificate: string;
  readonly chain: string;
  readonly request: string;
}

/** Makes the folder, if it is not there, and names its files. */
export async function openFolder(path: string): Promise<EnrolmentFolder> {
  await guarded(path, () => mkdir(path, { recursive: true }));
  return {
    key: join(path, 'key.pem'),
    certificate: join(path, 'cert.pem'),
    chain: join(path, 'chain.pem'),
    request: join(path, 'request.der'),
  };
}

/**
 * The key in the folder, or a new one, written (mode 0600) before it is used: an answer that got
 * lost can then be asked for again. An existing key is never replaced: refuses one that is not RSA,
 * or not of the size asked for. 2048 bits when no size is asked for.
 */
export async function loadOrCreateKey(folder: EnrolmentFolder, bits?: number): Promise<KeyObject> {
  const stored = await readIfThere(folder.key);
  if (!stored) {
    const key = await generateKey(bits ?? 2048);
    await write(folder.key, key.export({ type: 'pkcs8', format: 'pem' }), 0o600);
    return key;
  }
  const key = readPrivateKey(stored, folder.key);
  const size = key.asymmetricKeyDetails?.modulusLength;
  if (key.asymmetricKeyType === 'rsa' && (bits ?? size) === size) return key;
  const what = `${key.asymmetricKeyType} key${size ? ` of ${size} bits` : ''}`;
  throw new ScepClientError('folder', `${folder.key} is an ${what}, not the one asked for.`);
}

/** The request whose answer is still missing, if there is one. It holds the challenge. */
export const readStoredRequest = (folder: EnrolmentFolder) => readIfThere(folder.request);

/** Keeps a request until its answer is here (mode 0600: the challenge is in it). */
export const storeRequest = (folder: EnrolmentFolder, request: Uint8Array) =>
  write(folder.request, request, 0o600);

/** Forgets the request, and its challenge: the server answered. */
export const removeRequest = (folder: EnrolmentFolder) =>
  guarded(folder.request, () => rm(folder.request, { force: true }));

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

async function readIfThere(path: string): Promise<Uint8Array | undefined> {
  return guarded(path, async () => {
    try {
      return new Uint8Array(await readFile(path));
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
      throw error;
    }
  });
}

/** All of the file or nothing: a power cut must not leave half a key. */
async function write(path: string, content: string | Uint8Array, mode: number): Promise<void> {
  const draft = `${path}.part`;
  await guarded(path, async () => {
    await writeFile(draft, content, { mode });
    await rename(draft, path);
  });
}

async function guarded<T>(path: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : 'unknown reason';
    throw new ScepClientError('folder', `${path} cannot be used: ${why}.`, { cause });
  }
}
