/**
 * The parts of NDES's mscep_admin page that programs read. Jamf Pro, Workspace ONE, Fleet, Zentral
 * and others find the password by the sentence in front of it. Those sentences are therefore the
 * protocol. docs/decisions/011-mscep-admin.md lists the sources.
 */
import { createHash } from 'node:crypto';
import { Fault } from '../../core/errors.ts';

/** The content of the page. */
export interface PageContent {
  /** Hexadecimal digits (policy/challenge.ts), which need no escaping. */
  readonly password: string;
  /** The CA certificate in DER. */
  readonly caCertificate: Uint8Array;
  readonly expiresInMinutes: number;
}

/** NDES writes `utf-16`. Okta's imitation, which Jamf Pro also reads, writes `utf-8`. */
export type PageEncoding = 'utf-16' | 'utf-8';

/**
 * Renders the page. Throws `NdesPasswordNotPlain` for a password with other characters, which could
 * be markup or end the value early for a reader.
 */
export function renderChallengePage({
  password,
  caCertificate,
  expiresInMinutes,
}: PageContent): string {
  if (!/^[0-9A-F]+$/.test(password)) throw new Fault('NdesPasswordNotPlain');
  // Readers search for "<B> ", the value and " </B>". The spaces are part of the protocol, and
  // nothing else on the page is bold.
  return [
    '<HTML><Head><Title>Network Device Enrollment Service</Title></Head><Body>',
    '<P> To enroll a device you need the following information: </P>',
    `<P> The thumbprint (hash value) for the CA certificate is: <B> ${formatThumbprint(caCertificate)} </B> </P>`,
    `<P> The SHA-256 fingerprint of the same certificate is: ${hashToHex('sha256', caCertificate)} </P>`,
    `<P> The enrollment challenge password is: <B> ${password} </B> </P>`,
    `<P> This password can be used only once and will expire within ${expiresInMinutes} minutes. </P>`,
    '<P> Each enrollment requires a new challenge password. You can refresh this web page to obtain a new challenge password. </P>',
    '</Body></HTML>',
  ].join('\r\n');
}

/**
 * The MD5 of the certificate in four groups of eight digits, as NDES writes it. It identifies the
 * certificate and protects nothing.
 */
const formatThumbprint = (certificate: Uint8Array): string =>
  hashToHex('md5', certificate).match(/.{8}/g)?.join(' ') ?? '';

const hashToHex = (digest: 'md5' | 'sha256', bytes: Uint8Array): string =>
  createHash(digest).update(bytes).digest('hex').toUpperCase();

/**
 * Encodes the page and returns its media type. UTF-16 is little-endian with a byte order mark.
 * Readers that use the mark, assume NDES's byte order, trust the header or drop all zeros therefore
 * read the same text.
 */
export function encodePage(
  html: string,
  encoding: PageEncoding,
): { readonly contentType: string; readonly bytes: Uint8Array } {
  const contentType = `text/html; charset=${encoding}`;
  if (encoding === 'utf-8') return { contentType, bytes: Buffer.from(html, 'utf8') };
  return { contentType, bytes: Buffer.from(`\uFEFF${html}`, 'utf16le') };
}
