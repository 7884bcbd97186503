/** The profile of a connector: an allow-list of names, alternative names, usages and validity. */

import type { AlternativeNameKind } from '../names/alternative-name-kinds.ts';
import { knownAttributes, type SubjectAttribute } from '../names/subject-attributes.ts';
import type { CertificatePolicy, ExtendedKeyUsage, KeyUsage } from '../names/usages.ts';

/** A pattern for a whole value (pattern.ts); `*` stands for any characters. */
export type Pattern = string;

/** The allow-list of a connector. Attributes and kinds that are not listed are refused. */
export interface Profile {
  /** By short name, or by OID for attributes outside the table (names/subject-attributes.ts). */
  readonly subject: Readonly<Partial<Record<SubjectAttribute, readonly Pattern[]>>>;
  readonly alternativeNames: Readonly<Partial<Record<AlternativeNameKind, readonly Pattern[]>>>;
  /** Names that every certificate gets in addition to the requested ones. */
  readonly add?: AddedNames;
  readonly keyUsage: readonly KeyUsage[];
  /** The usages of every certificate, or the list from which a request chooses. */
  readonly extendedKeyUsage: readonly ExtendedKeyUsage[] | RequestedUsages;
  /** The policies of every certificate. */
  readonly certificatePolicies?: readonly CertificatePolicy[];
  /**
   * The longest validity of a certificate, in days; a short-lived CA allows 7. A challenge and a
   * request of Windows (MS-WCCE ValidityPeriod) can shorten it.
   */
  readonly validityDays: number;
}

/**
 * Names that a profile adds. An attribute in braces stands for its value in the request, as in `{
 * alternativeNames: { dns: ['{CN}.example.com'] } }`.
 */
export interface AddedNames {
  readonly subject?: Readonly<Partial<Record<SubjectAttribute, string>>>;
  readonly alternativeNames?: Readonly<Partial<Record<AlternativeNameKind, readonly string[]>>>;
}

/** Usages that the request chooses. */
interface RequestedUsages {
  /** The usages that a request may name. Any other usage is refused. */
  readonly requested: readonly ExtendedKeyUsage[];
  /** The usages for a request that names none. */
  readonly otherwise: readonly ExtendedKeyUsage[];
}

/** Every attribute of the table, with any valid value. */
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
