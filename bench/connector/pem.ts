/** PEM and DER of certificates and requests. */

/** PEM of DER, on one line. */
export const pemOf = (label: string, der: Uint8Array): string =>
  `-----BEGIN ${label}-----\n${Buffer.from(der).toString('base64')}\n-----END ${label}-----\n`;

/** DER of the first block in a PEM text. */
export const derOf = (pem: string): Uint8Array =>
  new Uint8Array(Buffer.from(/-----BEGIN [^-]+-----([^-]+)/.exec(pem)?.[1] ?? '', 'base64'));
