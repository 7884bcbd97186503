/** The faults of a CA that would make a connector answer 503 for ever. */

/** The part of DescribeCertificateAuthority's response that the checks read. */
export interface AuthorityDescription {
  readonly status: string;
  readonly keyAlgorithm: string;
  readonly usageMode: string;
  /** Absent from a CA without a certificate. */
  readonly notAfterSeconds?: number;
}

/** The declaration of a connector, as far as it concerns its CA. */
export interface DeclaredAuthority {
  readonly certificateAuthorityArn: string;
  readonly signingAlgorithm: string;
  readonly usageMode: string;
  /** The Region and the account of the connector's functions. */
  readonly region: string;
  readonly account: string;
}

/** The family of a key, or of a signature; undefined for one that SCEP devices do not verify. */
export const toKeyFamily = (algorithm: string): 'RSA' | 'ECDSA' | undefined => {
  if (/^RSA_|WITHRSA$/.test(algorithm)) return 'RSA';
  return /^EC_|WITHECDSA$/.test(algorithm) ? 'ECDSA' : undefined;
};

const daySeconds = 86_400;

/** The shortest life of an RA certificate that is of use, in days. */
const minAuthorityDays = 7;

/** The days until the CA ends; less than 0 after its end. */
const computeDaysLeft = (notAfterSeconds: number, nowSeconds: number): number =>
  Math.floor((notAfterSeconds - nowSeconds) / daySeconds);

/**
 * Finds a CA in another Region or account, before any call. A function calls ACM PCA in its own
 * Region, and revokes only in its own account. Returns a sentence, or undefined for a CA that fits.
 */
export function findPlaceFault(declared: DeclaredAuthority): string | undefined {
  const { certificateAuthorityArn: arn, region, account } = declared;
  const [, , , arnRegion, arnAccount] = arn.split(':');
  if (arnRegion !== region)
    return `The CA ${arn} is in ${arnRegion}, and the connector is in ${region}. Deploy the stack to ${arnRegion}, or name a CA of ${region}.`;
  if (arnAccount !== account)
    return `The CA ${arn} belongs to account ${arnAccount}, and the connector to ${account}. A shared CA lets nobody else revoke. Deploy the stack to ${arnAccount}, or name a CA of ${account}.`;
  return undefined;
}

/**
 * Finds a fault in the description of a CA. Returns a sentence, or undefined for a CA that fits.
 */
export function findAuthorityFault(
  described: AuthorityDescription,
  declared: DeclaredAuthority,
  nowSeconds: number,
): string | undefined {
  const { status, keyAlgorithm, usageMode, notAfterSeconds } = described;
  const { certificateAuthorityArn: arn, signingAlgorithm } = declared;
  if (status !== 'ACTIVE')
    return `The CA ${arn} is ${status}, and issues only while it is ACTIVE. ${advice[status] ?? 'Name another CA.'}`;
  const family = toKeyFamily(keyAlgorithm);
  if (family === undefined)
    return `The CA ${arn} has a key of ${keyAlgorithm}, which SCEP devices do not verify. Name a CA with an RSA or EC key.`;
  if (family !== toKeyFamily(signingAlgorithm))
    return `The CA ${arn} has a key of ${keyAlgorithm}, and signingAlgorithm is ${signingAlgorithm}. Give SHA256WITH${family}, SHA384WITH${family} or SHA512WITH${family}.`;
  if (usageMode !== declared.usageMode)
    return `The CA ${arn} has the usage mode ${usageMode}, and ${declared.usageMode} is declared. Declare ${usageMode}.`;
  const daysLeft = computeDaysLeft(notAfterSeconds ?? 0, nowSeconds);
  if (daysLeft < minAuthorityDays)
    return `The CA ${arn} ends in ${daysLeft} days, and ${minAuthorityDays} are needed. Renew its certificate, or name another CA.`;
  return undefined;
}

const advice: Readonly<Record<string, string>> = {
  CREATING: 'Wait for it, and install its certificate.',
  PENDING_CERTIFICATE: 'Install its certificate.',
  DISABLED: 'Enable it (aws acm-pca update-certificate-authority --status ACTIVE).',
  EXPIRED: 'Renew its certificate.',
  DELETED: 'Restore it (aws acm-pca restore-certificate-authority), or name another CA.',
};
