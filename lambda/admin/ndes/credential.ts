/** HTTP Basic authentication (RFC 7617) against the one credential that the page has. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { Fault } from '../../core/errors.ts';

/** A user's name and password. */
export interface Credential {
  readonly username: string;
  readonly password: string;
}

/** Far longer than ours, and short enough to decode for every caller. */
const maxHeaderCharacters = 512;

/**
 * The credential in an Authorization header; undefined without one, for another scheme, and unless
 * it is base64 with a colon.
 */
export function readBasicCredential(header: string | undefined): Credential | undefined {
  if (header === undefined || header.length > maxHeaderCharacters) return undefined;
  const encoded = /^basic +([A-Za-z0-9+/]+={0,2})$/i.exec(header)?.[1];
  const text = encoded === undefined ? undefined : Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text?.indexOf(':') ?? -1;
  if (text === undefined || colon < 0) return undefined;
  return { username: text.slice(0, colon), password: text.slice(colon + 1) };
}

/** Whether they are equal, in a time that reveals neither their lengths nor where they differ. */
export function isSame(given: Credential, known: Credential): boolean {
  const username = timingSafeEqual(digest(given.username), digest(known.username));
  const password = timingSafeEqual(digest(given.password), digest(known.password));
  return username && password;
}

/** A shorter password could be guessed; Secrets Manager makes one of 40. */
const minPasswordCharacters = 20;

/**
 * Reads the page's secret, `{"username", "password"}`. Throws `NdesCredentialUnusable` for one that
 * no client can send or that can be guessed (docs/runbook.md). The error names the part that is
 * wrong and quotes nothing.
 */
export function parseCredentialSecret(secretText: string): Credential {
  const { username, password } = membersOf(secretText);
  if (typeof username !== 'string' || !/^[!-9;-~]{1,64}$/.test(username))
    throw unusable('its username');
  if (typeof password !== 'string' || !/^[ -~]{1,128}$/.test(password))
    throw unusable('its password');
  if (password.length < minPasswordCharacters) throw unusable('a short password');
  return { username, password };
}

function membersOf(text: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    // The cause is left out, because it quotes the text.
    throw unusable('not JSON');
  }
}

const unusable = (part: string): Fault => new Fault('NdesCredentialUnusable', part);

const digest = (text: string): Uint8Array => createHash('sha256').update(text, 'utf8').digest();
