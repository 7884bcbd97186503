/** Converts certificates and requests between PEM and DER. */

/** DER as PEM, with its base64 on one line. */
export const toPem = (label: string, der: Uint8Array): string =>
  `-----BEGIN ${label}-----\n${Buffer.from(der).toString('base64')}\n-----END ${label}-----\n`;

/** The first block of a PEM text as DER. */
export const fromPem = (pem: string): Uint8Array =>
  new Uint8Array(Buffer.from(/-----BEGIN [^-]+-----([^-]+)/.exec(pem)?.[1] ?? '', 'base64'));
