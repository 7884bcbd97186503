/** The two answers anybody may have: GetCACaps and GetCACert. */
import { encodeDegenerate } from './degenerate.ts';
import type { Quirks } from './quirks.ts';
import type { RaIdentity } from './ra-identity.ts';

/**
 * RFC 8894 table 7. SCEPStandard implies the others, and old clients know only the others. LF
 * alone: Apple's tool compares whole lines. SHA-384 is no word of the RFC's, but it works here, and
 * strongSwan 5.9.8 (Debian 12) looks for it when it means SHA-256. Not here until it works:
 * Renewal, GetNextCACert.
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
 * A certificates-only SignedData: the RA, its issuing CA, and with the quirk the CAs above it
 * (docs/rfc8894.md A-5).
 */
export const buildCaCertificates = (identity: RaIdentity, { caChain }: Quirks): Uint8Array =>
  encodeDegenerate([
    identity.certificate.der,
    ...(caChain === 'full' ? identity.chain : identity.chain.slice(0, 1)),
  ]);
