/** Revocations that Intune requests, and the certificates that they name. */

/** A certificate that Intune requests to revoke. */
export interface RevocationRequest {
  /** An opaque name of the request, which its result repeats. */
  readonly requestContext: string;
  /** In hex, as `notifySuccess` reported it, but in any case and with or without leading zeros. */
  readonly serialNumber: string;
  readonly issuerName?: string;
  /** The CA's configuration, as `notifySuccess` named it. */
  readonly caConfiguration?: string;
}

/** The result of a revocation request. */
export type RevocationResult =
  | { readonly requestContext: string; readonly succeeded: true }
  | {
      readonly requestContext: string;
      readonly succeeded: false;
      readonly error: 'certificateNotFound' | 'notSupported';
    };

/**
 * Intune's queue of revocations. Microsoft does not document whether it returns an unanswered
 * request again, so we store each one.
 */
export interface IntuneRevocations {
  /** Downloads at most `limit` (1 to 500) requests of all the tenant's CAs. */
  downloadRevocations(limit: number): Promise<readonly RevocationRequest[]>;
  /** Uploads results; false if Intune accepted no result. */
  uploadRevocationResults(results: readonly RevocationResult[]): Promise<boolean>;
}

/** A revocation request, stored until Intune has its result. */
export interface PendingRevocation {
  readonly request: RevocationRequest;
  readonly result?: RevocationResult;
}

/**
 * Downloaded requests that are not yet answered; they survive a crash. The key is `requestContext`.
 */
export interface RevocationInbox {
  /** Stores a request. If it was answered before, it is open again with its earlier result. */
  open(request: RevocationRequest): Promise<void>;
  /** At most `limit` open requests, the oldest first. */
  pending(limit: number): Promise<readonly PendingRevocation[]>;
  /** Stores the result; the first one is kept. */
  record(result: RevocationResult): Promise<void>;
  /** Closes a request once Intune has its result. */
  close(requestContext: string): Promise<void>;
}

/** A certificate of this connector, found by its serial number. */
interface IssuedSerial {
  /** In the form of lambda/core/serial-number.ts. */
  readonly serialHex: string;
  readonly revokedAtSeconds?: number;
}

/**
 * The certificates that this connector issued. It finds no other certificate of the same CA,
 * because that may belong to another tenant.
 */
export interface IssuedCertificates {
  /** A consistent read by serial number, in the form of lambda/core/serial-number.ts. */
  find(serialKey: string): Promise<IssuedSerial | undefined>;
  /**
   * Marks the enrolment as revoked too, so that the same request gets another certificate. The
   * first time is kept.
   */
  markRevoked(serialKey: string, nowSeconds: number): Promise<void>;
}
