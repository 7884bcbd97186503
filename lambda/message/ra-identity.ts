/**
 * The RA identity: the key that decrypts requests and signs replies, and its certificate, which the
 * connector's CA issued.
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
 * The JSON text of the RA secret. `chainPem` has the issuing CA first, then its issuers up to the
 * root.
 */
export interface RaSecret {
  readonly privateKeyPem: string;
  readonly certificatePem: string;
  readonly chainPem: string;
}

/** An RA identity with parsed keys and certificates. */
export interface RaIdentity {
  readonly privateKey: KeyObject;
  readonly certificate: Certificate;
  readonly notAfterSeconds: number;
  /** The end of the issuing CA's own certificate. */
  readonly caNotAfterSeconds: number;
  /** The issuing CA, then its issuers, in DER. */
  readonly chain: readonly Uint8Array[];
  /**
   * The secret from which substitute content keys are derived (open-envelope.ts). It depends on the
   * private key alone: with a random secret, the same ciphertext could get two different answers
   * (docs/security.md#oracles).
   */
  readonly rejectionSecret: KeyObject;
}

/** The current identity, then the previous one while requests can still name it. */
export type RaIdentities = readonly [RaIdentity, ...RaIdentity[]];

/**
 * Parses the RA secret; undefined if the identity is not created yet. Throws `RaSecretInconsistent`
 * for a certificate of another key and for an empty chain.
 */
export function parseRaIdentity(secretText: string): RaIdentity | undefined {
  const secret = parseSecret(secretText);
  if (secret === undefined) return undefined;
  const privateKey = createPrivateKey(secret.privateKeyPem);
  const certificate = new X509Certificate(secret.certificatePem);
  if (!certificate.checkPrivateKey(privateKey)) throw new Fault('RaSecretInconsistent');
  const chain = parseCertificates(secret.chainPem);
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
 * Secrets Manager generates a placeholder as the first text, which is not JSON. The first rotation
 * replaces it.
 */
function parseSecret(text: string): RaSecret | undefined {
  if (!text.startsWith('{')) return undefined;
  const { privateKeyPem, certificatePem, chainPem } = JSON.parse(text) as Partial<RaSecret>;
  if (!privateKeyPem || !certificatePem || !chainPem) return undefined;
  return { privateKeyPem, certificatePem, chainPem };
}

/** The certificates of a PEM bundle, in order, as DER. */
const parseCertificates = (pem: string): readonly Uint8Array[] =>
  (pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []).map(
    (one) => new X509Certificate(one).raw,
  );
