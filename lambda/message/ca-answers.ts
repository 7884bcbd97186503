/** The answers to the two unauthenticated operations, GetCACaps and GetCACert. */
import { encodeDegenerate } from './degenerate.ts';
import type { Quirks } from './quirks.ts';
import type { RaIdentity } from './ra-identity.ts';

/**
 * The text of GetCACaps: one keyword of RFC 8894 table 7 per line. SCEPStandard implies most
 * others, but old clients do not know it. Lines end with LF alone, because Apple's tool compares
 * whole lines. SHA-384 is not in the table, but strongSwan 5.9.8 (Debian 12) requires it for
 * SHA-256 (docs/decisions/005-capabilities.md). Renewal and GetNextCACert are not implemented.
 */
export const buildCapabilities = ({ sha1, tripleDes }: Quirks): string =>
  [
    'AES',
    ...(tripleDes ? ['DES3'] : []),
    'POSTPKIOperation',
    ...(sha1 ? ['SHA-1'] : []),
    'SHA-256',
    'SHA-384',
    'SHA-512',
    'SCEPStandard',
  ]
    .map((keyword) => `${keyword}\n`)
    .join('');

/**
 * The answer to GetCACert, a certificates-only SignedData. It contains the RA and its issuing CA,
 * or the whole chain if the quirk is on (docs/rfc8894.md A-5).
 */
export const buildCaCertificates = (identity: RaIdentity, { caChain }: Quirks): Uint8Array =>
  encodeDegenerate([
    identity.certificate.der,
    ...(caChain === 'full' ? identity.chain : identity.chain.slice(0, 1)),
  ]);
