/** Names of algorithms for admins: the refused ones, and those that a quirk allows. */

/** By OID. The first two groups have the names that the documentation of the quirks uses. */
const names: ReadonlyMap<string, string> = new Map([
  // Digests, and RSA signatures over them.
  ['1.3.14.3.2.26', 'SHA-1'],
  ['1.2.840.113549.1.1.5', 'SHA-1'],
  ['1.3.14.3.2.29', 'SHA-1'],
  ['1.2.840.113549.2.5', 'MD5'],
  ['1.2.840.113549.1.1.4', 'MD5'],
  ['2.16.840.1.101.3.4.2.4', 'SHA-224'],
  ['1.2.840.113549.1.1.14', 'SHA-224'],
  ['2.16.840.1.101.3.4.2.1', 'SHA-256'],
  ['1.2.840.113549.1.1.11', 'SHA-256'],
  ['1.2.840.113549.1.1.12', 'SHA-384'],
  ['1.2.840.113549.1.1.13', 'SHA-512'],
  // Ciphers.
  ['1.2.840.113549.3.7', 'Triple DES'],
  ['1.3.14.3.2.7', 'DES'],
  ['1.2.840.113549.3.2', 'RC2'],
  ['2.16.840.1.101.3.4.1.6', 'AES-128-GCM'],
  ['2.16.840.1.101.3.4.1.26', 'AES-192-GCM'],
  ['2.16.840.1.101.3.4.1.46', 'AES-256-GCM'],
  ['1.2.840.113549.1.9.16.1.23', 'AuthEnvelopedData'],
  // Signatures and keys.
  ['1.2.840.113549.1.1.10', 'RSASSA-PSS'],
  ['1.2.840.10045.4.1', 'ECDSA'],
  ['1.2.840.10045.4.3.1', 'ECDSA'],
  ['1.2.840.10045.4.3.2', 'ECDSA'],
  ['1.2.840.10045.4.3.3', 'ECDSA'],
  ['1.2.840.10045.4.3.4', 'ECDSA'],
  ['1.3.101.112', 'Ed25519'],
  ['1.3.101.113', 'Ed448'],
]);

/** An unknown OID is cut, because a sender can make it longer than a log line should be. */
const maxOidCharacters = 64;

/** The name of an algorithm; its OID, cut at 64 characters, if it has no name here. */
export const formatAlgorithm = (oid: string): string =>
  names.get(oid) ?? oid.slice(0, maxOidCharacters);
