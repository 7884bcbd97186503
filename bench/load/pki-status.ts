/**
 * Reads a CertRep's pkiStatus by its place after its OID. A client that verified every reply would
 * compete with the servers for CPU.
 */

/** Attributes of a message in VeriSign's arc (RFC 8894 section 3.2.1). */
const attributes = { pkiStatus: 3, failInfo: 4 } as const;

/** The digit of an attribute, such as `0` for SUCCESS; undefined if the reply has none. */
export function readStatusDigit(
  certRep: Uint8Array,
  attribute: keyof typeof attributes,
): string | undefined {
  const bytes = Buffer.from(certRep);
  // The OID 2.16.840.1.113733.1.9.n, then a SET that holds a PrintableString of one character.
  const before = Buffer.from(`060a6086480186f84501090${attributes[attribute]}31031301`, 'hex');
  const at = bytes.indexOf(before);
  return at < 0 ? undefined : bytes.toString('latin1', at + before.length, at + before.length + 1);
}
