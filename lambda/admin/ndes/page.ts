/**
 * The page of NDES's mscep_admin, as far as programs read it. Jamf Pro, Workspace ONE, Fleet,
 * Zentral and others find the password by the sentence in front of it. So those sentences are the
 * protocol; docs/decisions/011-mscep-admin.md has the sources.
 */

import { createHash } from 'node:crypto';
import { Fault } from '../../core/errors.ts';

/** The content of the page. */
export interface PageContent {
  /** Hexadecimal digits alone (policy/challenge.ts), so it needs no escaping here. */
  readonly password: string;
  /** DER of the CA's certificate. */
  readonly caCertificate: Uint8Array;
  readonly expiresInMinutes: number;
}

/**
 * How the page is written. NDES: `utf-16`. Okta's imitation of it, which Jamf Pro reads too:
 * `utf-8`.
 */
export type PageEncoding = 'utf-16' | 'utf-8';

/**
 * The page. Throws for a password of other characters: they would be markup, or cut short by a
 * reader.
 */
export function renderChallengePage({
  password,
  caCertificate,
  expiresInMinutes,
}: PageContent): string {
  if (!/^[0-9A-F]+$/.test(password)) throw new Fault('NdesPasswordNotPlain');
  // Readers search for "<B> ", the value and " </B>". So the spaces count, and nothing else here is
  // bold.
  return [
    '<HTML><Head><Title>Network Device Enrollment Service</Title></Head><Body>',
    '<P> To enroll a device you need the following information: </P>',
    `<P> The thumbprint (hash value) for the CA certificate is: <B> ${thumbprint(caCertificate)} </B> </P>`,
    `<P> The SHA-256 fingerprint of the same certificate is: ${hex('sha256', caCertificate)} </P>`,
    `<P> The enrollment challenge password is: <B> ${password} </B> </P>`,
    `<P> This password can be used only once and will expire within ${expiresInMinutes} minutes. </P>`,
    '<P> Each enrollment requires a new challenge password. You can refresh this web page to obtain a new challenge password. </P>',
    '</Body></HTML>',
  ].join('\r\n');
}

/**
 * The MD5 of the certificate, in four groups of eight digits, as NDES has it. It identifies; it
 * protects nothing.
 */
const thumbprint = (certificate: Uint8Array): string =>
  hex('md5', certificate).match(/.{8}/g)?.join(' ') ?? '';

const hex = (digest: 'md5' | 'sha256', bytes: Uint8Array): string =>
  createHash(digest).update(bytes).digest('hex').toUpperCase();

/**
 * The octets of the page and their media type. UTF-16 is little-endian behind a byte order mark. A
 * reader may know the mark, assume NDES's order, trust the header or drop all zeros; each reads the
 * same.
 */
export function encodePage(
  html: string,
  encoding: PageEncoding,
): { readonly contentType: string; readonly bytes: Uint8Array } {
  const contentType = `text/html; charset=${encoding}`;
  if (encoding === 'utf-8') return { contentType, bytes: Buffer.from(html, 'utf8') };
  return { contentType, bytes: Buffer.from(`\uFEFF${html}`, 'utf16le') };
}
