/** Reads the answer to GetCACert and finds the role of each certificate. */
import { createHash, type KeyObject, type X509Certificate } from 'node:crypto';
import * as asn1js from 'asn1js';
import * as pkijs from 'pkijs';
import { toArrayBuffer } from './engine.ts';
import { readFromServer, ScepClientError } from './errors.ts';
import { getOperation, type ScepServer } from './http.ts';
import { readCertificate, readCertificateBag } from './issued-certificates.ts';
import { oids } from './oids.ts';

/** The certificates of GetCACert by their roles. */
export interface CaCertificates {
  /** The recipient of requests, which is the RA or a CA without an RA. */
  readonly recipient: X509Certificate;
  /** The certificates whose keys can sign replies. */
  readonly signers: readonly X509Certificate[];
  /** The RA's issuers, issuing CA first, or the CA alone if there is no RA. */
  readonly chain: readonly [X509Certificate, ...X509Certificate[]];
  /** SHA-256 of the last certificate of the chain, in lower-case hex. */
  readonly fingerprint: string;
}

/** Fetches the CA's certificates. Throws what `readCaCertificates` throws. */
export async function getCaCert(server: ScepServer, pinned?: string): Promise<CaCertificates> {
  const { body, mediaType } = await getOperation(server, 'GetCACert');
  const isBag = mediaType === 'application/x-x509-ca-ra-cert';
  if (!isBag && mediaType !== 'application/x-x509-ca-cert') {
    const message = `The answer to GetCACert is “${mediaType}”, not a certificate.`;
    throw new ScepClientError('unexpectedAnswer', message);
  }
  return readFromServer('The answer to GetCACert', () =>
    readCaCertificates(isBag ? readCertificateBag(body) : [readCertificate(body)], pinned),
  );
}

/**
 * Finds the role of each certificate by its keyUsage, as Apple's client does, and verifies the RA's
 * chain. Throws `noRaCertificate` if no certificate can receive requests or its issuer is missing.
 * Throws `wrongCa` if the chain lacks the certificate with the pinned SHA-256 fingerprint.
 */
export function readCaCertificates(
  certificates: readonly X509Certificate[],
  pinned?: string,
): CaCertificates {
  const recipient = pickRecipient(certificates);
  const issuers = findIssuers(recipient, certificates);
  const [issuing = recipient, ...upper] = issuers;
  const chain = [issuing, ...upper] as const;
  if (pinned !== undefined) requirePinned([recipient, ...issuers], pinned);
  else if (issuers.length === 0 && !isSelfSigned(recipient)) {
    const message = 'The answer to GetCACert lacks the CA that issued the RA certificate.';
    throw new ScepClientError('noRaCertificate', message);
  }
  const canSign = (one: X509Certificate) => isRsa(one) && keyUsageAllows(one, 'digitalSignature');
  const linked = certificates.filter(
    (one) => one === recipient || isLinked(one, [recipient, ...issuers], certificates),
  );
  const root = chain.at(-1) ?? issuing;
  return {
    recipient,
    signers: linked.filter(canSign),
    chain,
    fingerprint: computeFingerprint(root),
  };
}

/** Returns the SHA-256 of a certificate, in lower-case hex. */
export function computeFingerprint(certificate: X509Certificate): string {
  return createHash('sha256').update(certificate.raw).digest('hex');
}

/** Finds the issuers of a certificate, nearest first, and verifies each signature. */
export function findIssuers(
  certificate: X509Certificate,
  among: readonly X509Certificate[],
): readonly X509Certificate[] {
  const issuers: X509Certificate[] = [];
  for (let below = certificate; !isSelfSigned(below); ) {
    const issuer = among.find((one) => !issuers.includes(one) && isIssuedBy(below, one));
    if (!issuer) break;
    issuers.push(issuer);
    below = issuer;
  }
  return issuers;
}

function pickRecipient(certificates: readonly X509Certificate[]): X509Certificate {
  const candidates = certificates.filter(
    (one) => isRsa(one) && keyUsageAllows(one, 'keyEncipherment'),
  );
  const recipient = candidates.find((one) => !one.ca) ?? candidates[0];
  if (recipient) return recipient;
  const message = `None of the ${certificates.length} certificates of GetCACert allows encryption with RSA.`;
  throw new ScepClientError('noRaCertificate', message);
}

function requirePinned(chain: readonly X509Certificate[], pinned: string): void {
  const wanted = pinned.replace(/[:\s]/g, '').toLowerCase();
  if (!/^[0-9a-f]{64}$/.test(wanted)) {
    throw new ScepClientError(
      'badArgument',
      '--ca-fingerprint must be a SHA-256 of 64 hex digits.',
    );
  }
  const found = chain.map(computeFingerprint);
  if (found.includes(wanted)) return;
  const message = `The CA’s fingerprint is ${found.at(-1)}, not ${wanted}.`;
  throw new ScepClientError('wrongCa', message);
}

/** A second RA certificate, which NDES uses for signatures, must have the same CA as the first. */
function isLinked(
  one: X509Certificate,
  trusted: readonly X509Certificate[],
  all: readonly X509Certificate[],
): boolean {
  return trusted.includes(one) || findIssuers(one, all).some((issuer) => trusted.includes(issuer));
}

/** Whether a certificate is signed by its own key. */
export const isSelfSigned = (certificate: X509Certificate) => isSignedBy(certificate, certificate);

const isIssuedBy = (certificate: X509Certificate, issuer: X509Certificate) =>
  issuer.ca && isSignedBy(certificate, issuer);

function isSignedBy(certificate: X509Certificate, by: X509Certificate): boolean {
  const key = publicKeyOf(by);
  return key !== undefined && certificate.checkIssued(by) && certificate.verify(key);
}

/**
 * SCEP encrypts and signs with RSA. An RA can have further certificates, for example for ML-KEM.
 */
const isRsa = (certificate: X509Certificate) =>
  publicKeyOf(certificate)?.asymmetricKeyType === 'rsa';

/** The public key; undefined for an algorithm that OpenSSL does not know. */
function publicKeyOf(certificate: X509Certificate): KeyObject | undefined {
  try {
    return certificate.publicKey;
  } catch {
    return undefined;
  }
}

const keyUsageBits = { digitalSignature: 0x80, keyEncipherment: 0x20 } as const;

/** A certificate without keyUsage allows every use (RFC 5280 4.2.1.3). Some old CAs omit it. */
function keyUsageAllows(certificate: X509Certificate, usage: keyof typeof keyUsageBits): boolean {
  const parsed = pkijs.Certificate.fromBER(toArrayBuffer(certificate.raw));
  const extension = parsed.extensions?.find(({ extnID }) => extnID === oids.keyUsage);
  if (!extension) return true;
  const bits = extension.parsedValue;
  if (!(bits instanceof asn1js.BitString)) return false;
  return ((bits.valueBlock.valueHexView[0] ?? 0) & keyUsageBits[usage]) !== 0;
}
