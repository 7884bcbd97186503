/**
 * The allowed content of a connector's certificates: names, alternative names, usages, life.
 * Everything else is refused.
 */

import type { AlternativeNameKind } from '../names/alternative-name-kinds.ts';
import { knownAttributes, type SubjectAttribute } from '../names/subject-attributes.ts';

/** A pattern for a whole value: `*` stands for any characters, everything else for itself. */
export type Pattern = string;

/** The allow-list of a connector. An attribute or a kind that is not named is refused. */
export interface Profile {
  /** By short name, or by OID for attributes that the table does not have. */
  readonly subject: Readonly<Partial<Record<SubjectAttribute, readonly Pattern[]>>>;
  readonly alternativeNames: Readonly<Partial<Record<AlternativeNameKind, readonly Pattern[]>>>;
  readonly keyUsage: readonly ('digitalSignature' | 'keyEncipherment')[];
  readonly extendedKeyUsage: readonly ('clientAuth' | 'serverAuth' | 'emailProtection')[];
  /** How long a certificate lives, in days; a short-lived CA allows 7 at most. */
  readonly validityDays: number;
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
