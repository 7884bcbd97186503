/**
 * What a connector may do differently because a client needs it. Each row names the client and
 * where its need is known from; the default is what RFC 8894 says.
 */
export interface Quirks {
  /**
   * Accept and mirror SHA-1 signatures. Windows MDM (Intune) signs its CMS with SHA-1, so does old
   * Apple; RFC 8894 section 7.9 calls it acceptable outside renewal.
   */
  readonly sha1: boolean;
  /**
   * Accept and mirror DES-EDE3-CBC. Apple MDM before AES, jscep before 2.5, older Cisco IOS and
   * MikroTik send it.
   */
  readonly tripleDes: boolean;
  /**
   * Let another key than the CSR's sign the message. An Apple MDM client did in 2016 (capture), RFC
   * 8894 section 2.3 only says SHOULD. With it on, who sniffs a request can use up its challenge by
   * signing it again.
   */
  readonly allowSignerKeyMismatch: boolean;
  /**
   * What GetCACert returns: the RA and its issuing CA, or the whole chain up to the root. Windows
   * under Intune refuses more than RA and issuer ("hash value is not correct"); some Android
   * clients want the root.
   */
  readonly caChain: 'ra-and-issuer' | 'full';
  /**
   * Put the issuing CA into a SUCCESS after the certificate. Cisco VPN clients require it, Juniper
   * forbids it.
   */
  readonly issuerInReply: boolean;
  /**
   * The content of a FAILURE or PENDING. RFC 8894 section 3.2: absent. certmonger verifies with
   * OpenSSL's PKCS7_verify, which fails with "no content" unless there is a zero-length OCTET
   * STRING.
   */
  readonly emptyContent: 'absent' | 'zero-length';
  /**
   * Read a PrintableString of a name as UTF-8. Embedded clients write the octets that they were
   * configured with into a PrintableString, as wolfSSL does for CTC_PRINTABLE, whatever its
   * alphabet. Off: such a name is refused.
   */
  readonly utf8InPrintableString: boolean;
}

/** What a connector does that declares no quirk. */
export const defaultQuirks: Quirks = {
  sha1: false,
  tripleDes: false,
  allowSignerKeyMismatch: false,
  caChain: 'ra-and-issuer',
  issuerInReply: false,
  emptyContent: 'absent',
  utf8InPrintableString: false,
};
