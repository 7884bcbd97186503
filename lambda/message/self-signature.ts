/**
 * Verifies the self-signature of a CSR (docs/rfc8894.md Q-14), the only proof that the requester
 * holds the key. The signatures of keys that SCEP cannot use are verified too. If such a signature
 * is valid, the refusal names the key. Otherwise it is the one refusal of open-envelope.ts.
 */
import { constants, verify } from 'node:crypto';
import { type PublicKey, readRsaNumbers } from '../asn1/public-key.ts';
import { Malformed } from '../asn1/read.ts';
import { tags, toContextTag } from '../asn1/tags.ts';
import { readElements, readOid } from '../asn1/values.ts';
import { Refusal } from '../core/errors.ts';
import { formatAlgorithm } from './algorithm-names.ts';
import { digests, findSignatureDigest } from './algorithms.ts';
import { hasShortExponent } from './certificate.ts';
import type { CertificationRequest } from './certification-request.ts';

const rsassaPss = '1.2.840.113549.1.1.10';
const sha224WithRsa = '1.2.840.113549.1.1.14';
const sha224 = '2.16.840.1.101.3.4.2.4';

/** The digests of ECDSA signatures, by the OID of the signature (RFC 5758). */
const ecdsaDigests: Readonly<Record<string, string>> = {
  '1.2.840.10045.4.1': 'sha1',
  '1.2.840.10045.4.3.1': 'sha224',
  '1.2.840.10045.4.3.2': 'sha256',
  '1.2.840.10045.4.3.3': 'sha384',
  '1.2.840.10045.4.3.4': 'sha512',
};

/** Named curves only. The sender chooses explicit parameters, and so the cost of verifying. */
const curves: ReadonlySet<string> = new Set([
  'prime256v1',
  'secp384r1',
  'secp521r1',
  'secp256k1',
  'brainpoolP256r1',
  'brainpoolP384r1',
  'brainpoolP512r1',
]);

/** Keys that sign without a digest, by the OID of the signature (RFC 8410, RFC 9881). */
const pureSignatures: Readonly<Record<string, string>> = {
  '1.3.101.112': 'ed25519',
  '1.3.101.113': 'ed448',
  '2.16.840.1.101.3.4.3.17': 'ml-dsa-44',
  '2.16.840.1.101.3.4.3.18': 'ml-dsa-65',
  '2.16.840.1.101.3.4.3.19': 'ml-dsa-87',
};

/** The size of the largest RSA key that policy grants (policy/key.ts), in bits. */
const maxPssBits = 8192;

/**
 * Whether the self-signature is valid. Undefined if nothing was verified, because the algorithm
 * does not fit the key or is not accepted. SHA-1 is accepted here without its quirk, because a
 * refusal of its own would be an oracle.
 */
export function isSelfSigned(request: CertificationRequest): boolean | undefined {
  const type = request.publicKey.asymmetricKeyType as string | undefined;
  if (type === 'rsa') return verifyRsa(request);
  if (type === 'rsa-pss') return verifyPssKey(request);
  if (type === 'ec') return verifyEcdsa(request);
  if (type === undefined || pureSignatures[request.signatureOid] !== type) return undefined;
  return verifySignature(null, request);
}

/**
 * Refuses a key or a signature that SCEP cannot use. The self-signature must be verified before.
 * Throws `Refusal`: `KeyRefused` for every key but RSA, because no other key decrypts a reply, and
 * `UnsupportedAlgorithm` for RSA with SHA-224 or RSASSA-PSS.
 */
export function refuseUnusableKey({ publicKey, signatureOid }: CertificationRequest): void {
  const { asymmetricKeyType } = publicKey;
  if (asymmetricKeyType !== 'rsa') throw new Refusal('KeyRefused', `${asymmetricKeyType} key`);
  if (findSignatureDigest(signatureOid) === undefined)
    throw new Refusal('UnsupportedAlgorithm', formatAlgorithm(signatureOid));
}

function verifyRsa(request: CertificationRequest): boolean | undefined {
  const numbers = readRsaNumbers(request);
  if (numbers === undefined || !hasShortExponent(numbers)) return undefined;
  if (request.signatureOid === rsassaPss)
    return numbers.modulusBits <= maxPssBits ? verifyPss(request) : undefined;
  const digest =
    request.signatureOid === sha224WithRsa
      ? 'sha224'
      : findSignatureDigest(request.signatureOid)?.nodeName;
  return digest === undefined ? undefined : verifySignature(digest, request);
}

function verifyPssKey(request: CertificationRequest): boolean | undefined {
  const { modulusLength = Number.POSITIVE_INFINITY, publicExponent = 0n } =
    request.publicKey.asymmetricKeyDetails ?? {};
  const numbers = { modulusBits: modulusLength, exponent: publicExponent };
  if (request.signatureOid !== rsassaPss || modulusLength > maxPssBits) return undefined;
  return hasShortExponent(numbers) ? verifyPss(request) : undefined;
}

/** OpenSSL and Windows use one digest for both message and mask. Any salt length is accepted. */
function verifyPss(request: CertificationRequest): boolean | undefined {
  const digest = readPssDigest(request);
  if (digest === undefined) return undefined;
  return verifySignature(digest, request, {
    padding: constants.RSA_PKCS1_PSS_PADDING,
    saltLength: constants.RSA_PSS_SALTLEN_AUTO,
  });
}

/** The hashAlgorithm [0], which is SHA-1 by default (RFC 4055 section 3.1). */
function readPssDigest({ signatureParameters }: CertificationRequest): string | undefined {
  const hash = signatureParameters?.children.find(
    ({ tag }) => tag === toContextTag(0, 'constructed'),
  );
  if (hash === undefined) return 'sha1';
  try {
    const oid = readOid(readElements(hash.children[0], tags.sequence, 'hash')[0], 'hash');
    return oid === sha224 ? 'sha224' : digests.get(oid)?.nodeName;
  } catch (error) {
    if (error instanceof Malformed) return undefined;
    throw error;
  }
}

function verifyEcdsa(request: CertificationRequest): boolean | undefined {
  const digest = ecdsaDigests[request.signatureOid];
  const curve = request.publicKey.asymmetricKeyDetails?.namedCurve ?? '';
  return digest !== undefined && curves.has(curve) ? verifySignature(digest, request) : undefined;
}

/** A signature is also invalid if OpenSSL throws. */
function verifySignature(
  digest: string | null,
  { info, publicKey, signature }: PublicKey & Pick<CertificationRequest, 'info' | 'signature'>,
  options?: { readonly padding: number; readonly saltLength: number },
): boolean {
  try {
    return verify(digest, info, options ? { key: publicKey, ...options } : publicKey, signature);
  } catch {
    return false;
  }
}
