/** AWS Private CA. */

/** The input of ACM PCA's IssueCertificate. */
export interface CertificateOrder {
  readonly request: Uint8Array;
  readonly idempotencyToken: string;
  readonly validityDays: number;
  readonly signingAlgorithm: string;
  readonly passthrough: ApiPassthrough;
}

/** The part of ACM PCA's ApiPassthrough that we send. */
export interface ApiPassthrough {
  readonly Subject: Readonly<Record<string, unknown>>;
  readonly Extensions: Readonly<Record<string, unknown>>;
}

/**
 * The calls to AWS Private CA. They throw `CertificateAuthorityBusy` if it throttles, and
 * `CertificateLimitReached` if a lasting quota is reached, such as the number of its certificates.
 * They throw `CertificateRefused` if it rejects the request or cannot create the certificate. Other
 * errors are outages.
 */
export interface PrivateCa {
  /** Returns the certificate's ARN, before the certificate exists. */
  issue(order: CertificateOrder): Promise<string>;
  /** The certificate as PEM; undefined until it is ready. */
  retrieve(certificateArn: string): Promise<string | undefined>;
  /**
   * Revokes by serial number, in the form of lambda/core/serial-number.ts. Does nothing if it is
   * already revoked.
   */
  revoke(serialHex: string): Promise<void>;
  /** The CA's certificate and then its chain, as PEM. */
  chain(): Promise<string>;
}
