/**
 * The allowed content of a connector's certificates: names, alternative names, usages, life.
 * Everything else is refused.
 */

/**
 * The subject attributes a profile may allow: those ACM PCA's `ASN1Subject` can carry, by their
 * X.520 short names.
 */
export type SubjectAttribute =
  | 'CN'
  | 'O'
  | 'OU'
  | 'C'
  | 'ST'
  | 'L'
  | 'serialNumber'
  | 'SN'
  | 'GN'
  | 'title'
  | 'DC'
  | 'UID';

/**
 * The kinds of subject alternative name a profile may allow; `upn` is Microsoft's user principal
 * name.
 */
export type AlternativeNameKind = 'dns' | 'email' | 'uri' | 'ip' | 'upn';

/** A pattern for a whole value: `*` stands for any characters, everything else for itself. */
export type Pattern = string;

/** The allow-list of a connector. An attribute or a kind that is not named is refused. */
export interface Profile {
  readonly subject: Readonly<Partial<Record<SubjectAttribute, readonly Pattern[]>>>;
  readonly alternativeNames: Readonly<Partial<Record<AlternativeNameKind, readonly Pattern[]>>>;
  readonly keyUsage: readonly ('digitalSignature' | 'keyEncipherment')[];
  readonly extendedKeyUsage: readonly ('clientAuth' | 'serverAuth' | 'emailProtection')[];
  /** How long a certificate lives, in days; a short-lived CA allows 7 at most. */
  readonly validityDays: number;
}

/**
 * The profile of a connector that declares none: a client certificate with a CN and without a SAN.
 */
export const defaultProfile: Profile = {
  subject: { CN: ['*'], O: ['*'], OU: ['*'], C: ['*'], ST: ['*'], L: ['*'], serialNumber: ['*'] },
  alternativeNames: {},
  keyUsage: ['digitalSignature', 'keyEncipherment'],
  extendedKeyUsage: ['clientAuth'],
  validityDays: 365,
};
