import { createHash, type KeyObject, type X509Certificate } from 'node:crypto';
import * as asn1js from 'asn1js';
import * as pkijs from 'pkijs';
import { toArrayBuffer } from './engine.ts';
import { readFromServer, ScepClientError } from './errors.ts';
import { getOperation, type ScepServer } from './http.ts';
import { readCertificate, readCertificateBag } from './issued-certificates.ts';
import { oids } from './oids.ts';

/** What GetCACert gave, each certificate with its part. */
export interface CaCertificates {
  /** The one to encrypt to: the RA, or a CA that is its own RA. */
  readonly recipient: X509Certificate;
  /** Those that may sign replies. */
  readonly signers: readonly X509Certificate[];
  /** The RA's issuers, issuing CA first; the CA alone if it is its own RA. */
  readonly chain: readonly [X509Certificate, ...X509Certificate[]];
  /** SHA-256 of the last certificate of the chain, in lower-case hex. */
  readonly fingerprint: string;
}

/** Asks for the CA's certificates; see readCaCertificates(). */
export async function getCaCert(server: ScepServer, pinned?: string): Promise<CaCertificates> {
  const { body, mediaType } = await getOperation(server, 'GetCACert');
  const isBag = mediaType === 'application/x-x509-ca-ra-cert';
  if (!isBag && mediaType !== 'application/x-x509-ca-cert') {
    const said = `The answer to GetCACert is “${mediaType}”, not a certificate.`;
    throw new ScepClientError('unexpectedAnswer', said);
  }
  return readFromServer('The answer to GetCACert', () =>
    readCaCertificates(isBag ? readCertificateBag(body) : [readCertificate(body)], pinned),
  );
}

/**
 * Gives each certificate its part, by keyUsage as Apple's client does, and checks that the RA is
 * signed by what stands above it. With a pinned SHA-256 fingerprint, that certificate must be in
 * the RA's chain; refuses the answer otherwise.
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
    const message = 'GetCACert gave an RA certificate without the CA that issued it.';
    throw new ScepClientError('noRaCertificate', message);
  }
  const maySign = (one: X509Certificate) => isRsa(one) && keyUsageAllows(one, 'digitalSignature');
  const linked = certificates.filter(
    (one) => one === recipient || isLinked(one, [recipient, ...issuers], certificates),
  );
  const root = chain.at(-1) ?? issuing;
  return {
    recipient,
    signers: linked.filter(maySign),
    chain,
    fingerprint: computeFingerprint(root),
  };
}

/** The SHA-256 of a certificate, in lower-case hex. */
export function computeFingerprint(certificate: X509Certificate): string {
  return createHash('sha256').update(certificate.raw).digest('hex');
}

/** The certificates above one, nearest first, each signature verified. */
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
  const able = certificates.filter((one) => isRsa(one) && keyUsageAllows(one, 'keyEncipherment'));
  const recipient = able.find((one) => !one.ca) ?? able[0];
  if (recipient) return recipient;
  const message = `None of the ${certificates.length} certificates of GetCACert can be encrypted to with RSA.`;
  throw new ScepClientError('noRaCertificate', message);
}

function requirePinned(chain: readonly X509Certificate[], pinned: string): void {
  const wanted = pinned.replace(/[:\s]/g, '').toLowerCase();
  if (!/^[0-9a-f]{64}$/.test(wanted)) {
    throw new ScepClientError('badArgument', 'A CA fingerprint is a SHA-256 of 64 hex digits.');
  }
  const found = chain.map(computeFingerprint);
  if (found.includes(wanted)) return;
  const message = `The CA is not the one expected: ${found.at(-1)} instead of ${wanted}.`;
  throw new ScepClientError('wrongCa', message);
}

// A second RA certificate (for signing only, as NDES has) must come from the same CA as the first.
function isLinked(
  one: X509Certificate,
  trusted: readonly X509Certificate[],
  all: readonly X509Certificate[],
): boolean {
  return trusted.includes(one) || findIssuers(one, all).some((issuer) => trusted.includes(issuer));
}

/** Whether a certificate is its own issuer, by its signature. */
export const isSelfSigned = (certificate: X509Certificate) => isSignedBy(certificate, certificate);

const isIssuedBy = (certificate: X509Certificate, issuer: X509Certificate) =>
  issuer.ca && isSignedBy(certificate, issuer);

function isSignedBy(certificate: X509Certificate, by: X509Certificate): boolean {
  const key = publicKeyOf(by);
  return key !== undefined && certificate.checkIssued(by) && certificate.verify(key);
}

// Replies are encrypted to RSA keys and signed by them; an RA may have others, of ML-KEM say.
const isRsa = (certificate: X509Certificate) =>
  publicKeyOf(certificate)?.asymmetricKeyType === 'rsa';

/** Undefined for a key of an algorithm that OpenSSL does not know. */
function publicKeyOf(certificate: X509Certificate): KeyObject | undefined {
  try {
    return certificate.publicKey;
  } catch {
    return undefined;
  }
}

const keyUsageBits = { digitalSignature: 0x80, keyEncipherment: 0x20 } as const;

// Absent keyUsage allows everything (RFC 5280 4.2.1.3); some old CAs leave it out.
function keyUsageAllows(certificate: X509Certificate, usage: keyof typeof keyUsageBits): boolean {
  const parsed = pkijs.Certificate.fromBER(toArrayBuffer(certificate.raw));
  const extension = parsed.extensions?.find(({ extnID }) => extnID === oids.keyUsage);
  if (!extension) return true;
  const bits = extension.parsedValue;
  if (!(bits instanceof asn1js.BitString)) return false;
  return ((bits.valueBlock.valueHexView[0] ?? 0) & keyUsageBits[usage]) !== 0;
}
