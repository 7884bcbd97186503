/**
 * The allowed content of a connector's certificates: names, alternative names, usages, life.
 * Everything else is refused.
 */

import type { AlternativeNameKind } from '../names/alternative-name-kinds.ts';
import { knownAttributes, type SubjectAttribute } from '../names/subject-attributes.ts';
import type { CertificatePolicy, ExtendedKeyUsage, KeyUsage } from '../names/usages.ts';

/** A pattern for a whole value: `*` stands for any characters, everything else for itself. */
export type Pattern = string;

/** The allow-list of a connector. An attribute or a kind that is not named is refused. */
export interface Profile {
  /** By short name, or by OID for attributes that the table does not have. */
  readonly subject: Readonly<Partial<Record<SubjectAttribute, readonly Pattern[]>>>;
  readonly alternativeNames: Readonly<Partial<Record<AlternativeNameKind, readonly Pattern[]>>>;
  /** Names that every certificate gets beside those of its request. Absent: none. */
  readonly add?: AddedNames;
  readonly keyUsage: readonly KeyUsage[];
  /** The usages of every certificate, or what the request may choose from. */
  readonly extendedKeyUsage: readonly ExtendedKeyUsage[] | RequestedUsages;
  /** The policies of every certificate. Absent: none. */
  readonly certificatePolicies?: readonly CertificatePolicy[];
  /**
   * How long a certificate lives at most, in days; a short-lived CA allows 7. A challenge and a
   * request of Windows (MS-WCCE ValidityPeriod) can state less.
   */
  readonly validityDays: number;
}

/**
 * Names that a profile adds. An attribute of the request in braces stands for its value:
 * `{ alternativeNames: { dns: ['{CN}.example.com'] } }`.
 */
export interface AddedNames {
  readonly subject?: Readonly<Partial<Record<SubjectAttribute, string>>>;
  readonly alternativeNames?: Readonly<Partial<Record<AlternativeNameKind, readonly string[]>>>;
}

/** Usages that are left to the request. */
interface RequestedUsages {
  /** The usages that a request may name; it is refused for any other. */
  readonly requested: readonly ExtendedKeyUsage[];
  /** The usages where the request names none. */
  readonly otherwise: readonly ExtendedKeyUsage[];
}

/** Every attribute of the table, with any value that it can have. */
const anySubject: Profile['subject'] = Object.fromEntries(
  knownAttributes.map((attribute) => [attribute, ['*']]),
);

/**
 * The profile of a connector that declares none: a client certificate with any subject and without
 * a SAN.
 */
export const defaultProfile: Profile = {
  subject: anySubject,
  alternativeNames: {},
  keyUsage: ['digitalSignature', 'keyEncipherment'],
  extendedKeyUsage: ['clientAuth'],
  validityDays: 365,
};
