/** Extensions of Microsoft's CA ([MS-WCCE] 2.2.2.7), which NDES' certificates have. */
import { integer, nothing, octetString, oid, sequence, stringTypes } from '../der.ts';
import { extension } from '../extensions.ts';

/** The name of the template that a certificate is made from. */
export const templateName = (text: string) =>
  extension('1.3.6.1.4.1.311.20.2', false, stringTypes.bmp(text));

/** How often a CA was renewed: certificate index in the low 16 bits, key index above. */
export const caVersion = (version: number) =>
  extension('1.3.6.1.4.1.311.21.1', false, integer(version));

/** The SHA-1 of the CA certificate before a renewal. */
export const previousCaCertificate = (sha1: Uint8Array) =>
  extension('1.3.6.1.4.1.311.21.2', false, octetString(sha1));

/** The purpose Certificate Request Agent. */
export const requestAgent = '1.3.6.1.4.1.311.20.2.1';

/** sMIMECapabilities: ciphers, each with its key size where the OID does not say it. */
export const sMimeCapabilities = (
  ...capabilities: readonly (readonly [dotted: string, keyBits?: number])[]
) =>
  extension(
    '1.2.840.113549.1.9.15',
    false,
    sequence(
      ...capabilities.map(([dotted, keyBits]) =>
        sequence(oid(dotted), keyBits === undefined ? nothing() : integer(keyBits)),
      ),
    ),
  );
