/**
 * The RA identity: the key that opens requests and signs replies, and its certificate, issued by
 * the connector's CA.
 */

import {
  createPrivateKey,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  X509Certificate,
} from 'node:crypto';
import { Fault } from '../core/errors.ts';
import { type Certificate, parseCertificate } from './certificate.ts';

/**
 * What the RA secret's text is, as JSON. `chainPem`: the issuing CA first, then its issuers up to
 * the root.
 */
export interface RaSecret {
  readonly privateKeyPem: string;
  readonly certificatePem: string;
  readonly chainPem: string;
}

/** An RA identity ready for use. */
export interface RaIdentity {
  readonly privateKey: KeyObject;
  readonly certificate: Certificate;
  readonly notAfterSeconds: number;
  /** When the issuing CA's own certificate ends. */
  readonly caNotAfterSeconds: number;
  /** DER of the issuing CA, then of its issuers. */
  readonly chain: readonly Uint8Array[];
  /**
   * What substitute content keys are derived from when a recipient's key does not decrypt
   * (open-envelope.ts). Stable for the life of the key: a fresh random one would answer the same
   * ciphertext in two ways (docs/security.md#oracles).
   */
  readonly rejectionSecret: KeyObject;
}

/**
 * The current identity first, then the previous one while requests may still name it. Never empty.
 */
export type RaIdentities = readonly [RaIdentity, ...RaIdentity[]];

/**
 * Reads the RA secret's text; undefined for one that is not created yet. Throws for a key that is
 * not the certificate's.
 */
export function parseRaIdentity(secretText: string): RaIdentity | undefined {
  const secret = parse(secretText);
  if (secret === undefined) return undefined;
  const privateKey = createPrivateKey(secret.privateKeyPem);
  const certificate = new X509Certificate(secret.certificatePem);
  if (!certificate.checkPrivateKey(privateKey)) throw new Fault('RaSecretInconsistent');
  const chain = certificatesOf(secret.chainPem);
  const [issuer] = chain;
  if (issuer === undefined) throw new Fault('RaSecretInconsistent');
  const seed = privateKey.export({ type: 'pkcs8', format: 'der' });
  return {
    privateKey,
    certificate: parseCertificate(certificate.raw),
    notAfterSeconds: certificate.validToDate.getTime() / 1000,
    caNotAfterSeconds: new X509Certificate(issuer).validToDate.getTime() / 1000,
    chain,
    rejectionSecret: createSecretKey(
      Buffer.from(hkdfSync('sha256', seed, '', 'scep-connector rejection', 32)),
    ),
  };
}

/**
 * The secret's first text is a placeholder that Secrets Manager generated; rotation replaces it at
 * once.
 */
function parse(text: string): RaSecret | undefined {
  if (!text.startsWith('{')) return undefined;
  const { privateKeyPem, certificatePem, chainPem } = JSON.parse(text) as Partial<RaSecret>;
  if (!privateKeyPem || !certificatePem || !chainPem) return undefined;
  return { privateKeyPem, certificatePem, chainPem };
}

/** The certificates of a PEM bundle, in order, as DER. */
const certificatesOf = (pem: string): readonly Uint8Array[] =>
  (pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []).map(
    (one) => new X509Certificate(one).raw,
  );
