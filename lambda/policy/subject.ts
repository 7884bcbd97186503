/** Which subjects a profile allows. */
import { Refusal } from '../errors.ts';
import type { NameAttribute } from '../message/names.ts';
import { matchesAny } from './pattern.ts';
import type { Profile, SubjectAttribute } from './profile.ts';

/** A subject attribute as granted. */
export interface GrantedAttribute {
  readonly attribute: SubjectAttribute;
  readonly value: string;
}

interface AttributeRule {
  readonly attribute: SubjectAttribute;
  /** X.520's and ACM PCA's upper bound, in characters. */
  readonly longest: number;
  readonly repeatable?: true;
}

/**
 * By OID. Left out: emailAddress, which belongs in a SAN, and every attribute that ACM PCA does not
 * take.
 */
const subjectRules: ReadonlyMap<string, AttributeRule> = new Map<string, AttributeRule>([
  ['2.5.4.3', { attribute: 'CN', longest: 64 }],
  ['2.5.4.10', { attribute: 'O', longest: 64 }],
  ['2.5.4.11', { attribute: 'OU', longest: 64, repeatable: true }],
  ['2.5.4.6', { attribute: 'C', longest: 2 }],
  ['2.5.4.8', { attribute: 'ST', longest: 128 }],
  ['2.5.4.7', { attribute: 'L', longest: 128 }],
  ['2.5.4.5', { attribute: 'serialNumber', longest: 64 }],
  ['2.5.4.4', { attribute: 'SN', longest: 40 }],
  ['2.5.4.42', { attribute: 'GN', longest: 16 }],
  ['2.5.4.12', { attribute: 'title', longest: 64 }],
  ['0.9.2342.19200300.100.1.25', { attribute: 'DC', longest: 64, repeatable: true }],
  ['0.9.2342.19200300.100.1.1', { attribute: 'UID', longest: 64 }],
]);

const oids = new Map([...subjectRules].map(([oid, { attribute }]) => [attribute, oid]));

/** The OID of a subject attribute. */
export const oidOf = (attribute: SubjectAttribute): string => oids.get(attribute) ?? '';

/** Every attribute that a profile can allow. */
export const subjectAttributes: ReadonlySet<string> = new Set(oids.keys());

/** The short name of a subject attribute, by its OID; undefined for those no profile can allow. */
export const subjectAttributeOf = (oid: string): SubjectAttribute | undefined =>
  subjectRules.get(oid)?.attribute;

/** More attributes than any device name needs. */
const mostAttributes = 16;

/**
 * The subject as it will be issued, in the requested order. Throws `Refusal('SubjectRefused')` for
 * an empty one, one without CN, and attributes off the profile. Multi-valued RDNs, repeated
 * attributes and invisible characters are refused too.
 */
export function grantedSubject(
  requested: readonly NameAttribute[],
  profile: Profile,
): readonly GrantedAttribute[] {
  if (requested.length > mostAttributes) throw new Refusal('SubjectRefused');
  const granted = requested.map((one) => grantedAttribute(one, profile));
  const single = requested.filter(({ oid }) => !subjectRules.get(oid)?.repeatable);
  const repeats = new Set(single.map(({ oid }) => oid)).size !== single.length;
  const multiValued = new Set(requested.map(({ rdn }) => rdn)).size !== requested.length;
  const named = granted.some(({ attribute }) => attribute === 'CN');
  if (repeats || multiValued || !named) throw new Refusal('SubjectRefused');
  return granted;
}

function grantedAttribute({ oid, text }: NameAttribute, profile: Profile): GrantedAttribute {
  const rule = subjectRules.get(oid);
  const patterns = rule && profile.subject[rule.attribute];
  if (rule === undefined || patterns === undefined) throw new Refusal('SubjectRefused');
  if (text.length > rule.longest || !isPlainText(text) || !matchesAny(text, patterns))
    throw new Refusal('SubjectRefused');
  return { attribute: rule.attribute, value: text };
}

/**
 * No control, format (bidi, zero width), private or unassigned character, no space at either end,
 * not empty.
 */
const isPlainText = (text: string): boolean => /^(?!\s)[^\p{C}\p{Zl}\p{Zp}]+(?<!\s)$/u.test(text);
