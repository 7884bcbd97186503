/** HTTP Basic authentication (RFC 7617) against the page's one credential. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { Fault } from '../../core/errors.ts';

/** A username and its password. */
export interface Credential {
  readonly username: string;
  readonly password: string;
}

/** Far longer than the page's own credential, and cheap to decode for every caller. */
const maxHeaderCharacters = 512;

/**
 * Reads the credential in an Authorization header. Returns undefined for a missing or long header,
 * for another scheme, and for text that is not base64 or lacks a colon.
 */
export function readBasicCredential(header: string | undefined): Credential | undefined {
  if (header === undefined || header.length > maxHeaderCharacters) return undefined;
  const encoded = /^basic +([A-Za-z0-9+/]+={0,2})$/i.exec(header)?.[1];
  const text = encoded === undefined ? undefined : Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text?.indexOf(':') ?? -1;
  if (text === undefined || colon < 0) return undefined;
  return { username: text.slice(0, colon), password: text.slice(colon + 1) };
}

/** Compares two credentials in a time that reveals neither their lengths nor their difference. */
export function isSame(given: Credential, known: Credential): boolean {
  const isSameUsername = timingSafeEqual(hash(given.username), hash(known.username));
  const isSamePassword = timingSafeEqual(hash(given.password), hash(known.password));
  return isSameUsername && isSamePassword;
}

/** A shorter password can be guessed. Secrets Manager creates one of 40 characters. */
const minPasswordCharacters = 20;

/**
 * Reads the page's secret, `{"username", "password"}`. Throws `NdesCredentialUnusable` for a
 * credential that a client cannot send or that can be guessed (docs/runbook.md). The error names
 * the wrong part and quotes nothing.
 */
export function parseCredentialSecret(secretText: string): Credential {
  const { username, password } = parseMembers(secretText);
  if (typeof username !== 'string' || !/^[!-9;-~]{1,64}$/.test(username))
    throw createUnusable('its username');
  if (typeof password !== 'string' || !/^[ -~]{1,128}$/.test(password))
    throw createUnusable('its password');
  if (password.length < minPasswordCharacters) throw createUnusable('a short password');
  return { username, password };
}

function parseMembers(text: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    // The error omits its cause, because the cause quotes the text.
    throw createUnusable('not JSON');
  }
}

const createUnusable = (part: string): Fault => new Fault('NdesCredentialUnusable', part);

const hash = (text: string): Uint8Array => createHash('sha256').update(text, 'utf8').digest();
