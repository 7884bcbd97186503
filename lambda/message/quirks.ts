/**
 * Deviations from RFC 8894 that one client needs. Each member names the client and the source. A
 * connector declares them; all are off by default.
 */
export interface Quirks {
  /**
   * Accepts SHA-1 signatures, and signs such a reply with SHA-1. Windows MDM (Intune) and old Apple
   * clients need it. RFC 8894 section 7.9 calls SHA-1 acceptable outside renewal.
   */
  readonly sha1: boolean;
  /**
   * Accepts DES-EDE3-CBC, and encrypts such a reply with it. Old Apple MDM clients, jscep before
   * 2.5, older Cisco IOS and MikroTik send it.
   */
  readonly tripleDes: boolean;
  /**
   * Accepts a message whose signer's key is not the key of the CSR. An Apple MDM client sent one in
   * 2016 (capture), and RFC 8894 section 2.3 has SHOULD. When enabled, anyone who captures a
   * request can consume its challenge by re-signing it.
   */
  readonly allowSignerKeyMismatch: boolean;
  /**
   * The certificates of GetCACert: the RA and its issuing CA, or the whole chain up to the root.
   * Windows under Intune refuses more than RA and issuer ("hash value is not correct"). Some
   * Android clients require the root.
   */
  readonly caChain: 'ra-and-issuer' | 'full';
  /**
   * Adds the issuing CA to a SUCCESS, after the certificate. Cisco VPN clients require it, and
   * Juniper forbids it.
   */
  readonly issuerInReply: boolean;
  /**
   * The content of a FAILURE or PENDING, which RFC 8894 section 3.2 leaves out. certmonger verifies
   * with OpenSSL's PKCS7_verify, which fails with "no content" unless there is a zero-length OCTET
   * STRING.
   */
  readonly emptyContent: 'absent' | 'zero-length';
  /**
   * Reads a PrintableString of a name as UTF-8. Embedded clients write their configured octets into
   * a PrintableString without a check, as wolfSSL does for CTC_PRINTABLE. When disabled, such a
   * name is refused.
   */
  readonly utf8InPrintableString: boolean;
}

/** The quirks of a connector that declares none. */
export const defaultQuirks: Quirks = {
  sha1: false,
  tripleDes: false,
  allowSignerKeyMismatch: false,
  caChain: 'ra-and-issuer',
  issuerInReply: false,
  emptyContent: 'absent',
  utf8InPrintableString: false,
};
