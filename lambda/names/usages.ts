/**
 * The key usages, extended key usages and policies that a profile can list, in the form of ACM
 * PCA's API (service model acm-pca 2017-08-22).
 */
import { isCustomOid } from './subject-attributes.ts';

/**
 * The key usages of an RSA key that does not belong to a CA, each with its member of the API's
 * `KeyUsage`. The names are those of RFC 5280 section 4.2.1.3.
 */
export const keyUsageMembers = {
  digitalSignature: 'DigitalSignature',
  nonRepudiation: 'NonRepudiation',
  keyEncipherment: 'KeyEncipherment',
  dataEncipherment: 'DataEncipherment',
} as const;

export type KeyUsage = keyof typeof keyUsageMembers;

/** The named extended key usages: the OID, and the `ExtendedKeyUsageType` of the API. */
const named = {
  serverAuth: { oid: '1.3.6.1.5.5.7.3.1', type: 'SERVER_AUTH' },
  clientAuth: { oid: '1.3.6.1.5.5.7.3.2', type: 'CLIENT_AUTH' },
  emailProtection: { oid: '1.3.6.1.5.5.7.3.4', type: 'EMAIL_PROTECTION' },
  smartCardLogon: { oid: '1.3.6.1.4.1.311.20.2.2', type: 'SMART_CARD_LOGIN' },
  documentSigning: { oid: '1.3.6.1.5.5.7.3.36', type: 'DOCUMENT_SIGNING' },
} as const;

type NamedUsage = keyof typeof named;

/** An extended key usage: a name of the table, or an OID. */
export type ExtendedKeyUsage = NamedUsage | `${number}.${string}`;

const isNamed = (usage: string): usage is NamedUsage => Object.hasOwn(named, usage);

/**
 * Usages that are never issued, because a device could use them for anything, answer for the CA, or
 * enrol in the name of others.
 */
const refused: ReadonlyMap<string, string> = new Map([
  ['2.5.29.37.0', 'such a certificate may be used for anything'],
  ['1.3.6.1.5.5.7.3.9', 'its holder could answer OCSP for the CA'],
  ['1.3.6.1.4.1.311.20.2.1', 'its holder could enrol in the name of others'],
]);

/** The OID of an extended key usage. */
export const toUsageOid = (usage: ExtendedKeyUsage): string =>
  isNamed(usage) ? named[usage].oid : usage;

/** The `ExtendedKeyUsage` of the API for a usage. */
export const toApiUsage = (usage: ExtendedKeyUsage): Readonly<Record<string, string>> =>
  isNamed(usage)
    ? { ExtendedKeyUsageType: named[usage].type }
    : { ExtendedKeyUsageObjectIdentifier: usage };

/** The bound of ACM PCA, for extended key usages and for policies. */
export const maxUsages = 20;

/** Why a usage cannot be issued; undefined if it can. */
export function findUsageFault(usage: string): string | undefined {
  if (isNamed(usage)) return undefined;
  const known = Object.keys(named).find((name) => isNamed(name) && named[name].oid === usage);
  if (known !== undefined) return `${usage} is ${known}: write the name`;
  if (!isCustomOid(usage))
    return `"${usage}" is not one of ${Object.keys(named).join(', ')}, or an OID`;
  const why = refused.get(usage);
  return why === undefined ? undefined : `${usage} is never issued: ${why}`;
}

/** A certificate policy and the URI of its practice statement. */
export interface CertificatePolicy {
  readonly oid: string;
  readonly cpsUri?: string;
}

/** The `PolicyInformation` of the API for a policy. */
export const toApiPolicy = ({
  oid,
  cpsUri,
}: CertificatePolicy): Readonly<Record<string, unknown>> => ({
  CertPolicyId: oid,
  ...(cpsUri !== undefined && {
    PolicyQualifiers: [{ PolicyQualifierId: 'CPS', Qualifier: { CpsUri: cpsUri } }],
  }),
});

/** `CpsUri` of the service model. */
const maxCpsUriCharacters = 256;

/** Why a policy cannot be issued; undefined if it can. */
export function findPolicyFault({ oid, cpsUri }: CertificatePolicy): string | undefined {
  if (!isCustomOid(oid)) return `"${oid}" is not an OID`;
  const isUri =
    cpsUri === undefined ||
    (cpsUri.length <= maxCpsUriCharacters && /^[a-z][a-z0-9+.-]*:[\x21-\x7e]+$/.test(cpsUri));
  return isUri ? undefined : `cpsUri takes a URI of ${maxCpsUriCharacters} characters at most`;
}
