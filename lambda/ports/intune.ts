/** Microsoft Intune, which creates and checks the challenges of its devices. */

/**
 * A request as Microsoft identifies it. Every call about a request has the same values, so
 * Microsoft sees one transaction.
 */
export interface IntuneRequest {
  /** The SCEP transactionID, verbatim. */
  readonly transactionId: string;
  /**
   * The PKCS#10 as received. It contains Intune's challenge, so it is secret, and Intune reads
   * these bytes.
   */
  readonly certificateRequest: Uint8Array;
}

/**
 * Microsoft's verdict. A refusal has Microsoft's own code (lambda/intune/codes.ts lists the known
 * ones).
 */
export type IntuneVerdict = 'granted' | { readonly refused: string };

/** Why nothing was issued, as the Intune console shows it. */
export interface IntuneFailure {
  /** An HRESULT as a signed 32-bit integer (lambda/issuance/intune-failure.ts). */
  readonly hResult: number;
  /** 1 to 255 characters; longer text is cut. */
  readonly errorDescription: string;
}

/**
 * The calls to Intune about a request. Everything except a verdict is thrown, because an outage
 * grants nothing and refuses nothing. The order is `validate`, issue, `notifySuccess`. Only then
 * does the device receive its certificate.
 */
export interface Intune {
  /** Validates the challenge in the request. */
  validate(request: IntuneRequest): Promise<IntuneVerdict>;
  /**
   * Reports a certificate (DER). `refused` is final: the certificate must be revoked and never
   * handed out.
   */
  notifySuccess(request: IntuneRequest, certificate: Uint8Array): Promise<IntuneVerdict>;
  /**
   * Reports our own failure after a granted `validate`; never a refusal or an outage of Intune
   * itself.
   */
  notifyFailure(request: IntuneRequest, failure: IntuneFailure): Promise<IntuneVerdict>;
}
