/** HTTP Basic authentication (RFC 7617) against the one credential that the page has. */
import { createHash, timingSafeEqual } from 'node:crypto';

/** A user's name and password. */
export interface Credential {
  readonly username: string;
  readonly password: string;
}

/** Far more than ours takes, and little enough to decode for anybody. */
const longestHeader = 512;

/** What an Authorization header says; undefined for none, another scheme, and what is not base64 with a colon in it. */
export function basicCredential(header: string | undefined): Credential | undefined {
  if (header === undefined || header.length > longestHeader) return undefined;
  const encoded = /^basic +([A-Za-z0-9+/]+={0,2})$/i.exec(header)?.[1];
  const text = encoded === undefined ? undefined : Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text?.indexOf(':') ?? -1;
  if (text === undefined || colon < 0) return undefined;
  return { username: text.slice(0, colon), password: text.slice(colon + 1) };
}

/** Whether they are the same, in a time that tells nothing of where they differ, nor of any length. */
export function isSame(given: Credential, known: Credential): boolean {
  const username = timingSafeEqual(digest(given.username), digest(known.username));
  const password = timingSafeEqual(digest(given.password), digest(known.password));
  return username && password;
}

/** A shorter password could be guessed; Secrets Manager makes one of 40. */
const shortestPassword = 20;

/** The page's secret is not what it has to be (docs/runbook.md). Says which part, and nothing of what is in it. */
class CredentialUnusable extends Error {
  override readonly name = 'NdesCredentialUnusable';
}

/** Reads the page's secret, `{"username", "password"}`. Throws for one that no client could send, or a guesser could. */
export function credentialIn(secretText: string): Credential {
  const { username, password } = membersOf(secretText);
  if (typeof username !== 'string' || !/^[!-9;-~]{1,64}$/.test(username))
    throw new CredentialUnusable('its username');
  if (typeof password !== 'string' || !/^[ -~]{1,128}$/.test(password))
    throw new CredentialUnusable('its password');
  if (password.length < shortestPassword) throw new CredentialUnusable('a short password');
  return { username, password };
}

function membersOf(text: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    // Not with its cause, which quotes the text.
    throw new CredentialUnusable('not JSON');
  }
}

const digest = (text: string): Uint8Array => createHash('sha256').update(text, 'utf8').digest();
