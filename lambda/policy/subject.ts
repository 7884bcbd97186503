/** Which subjects a profile allows. */
import { Refusal } from '../core/errors.ts';
import type { NameAttribute } from '../message/names.ts';
import { findValueFault } from '../names/name-rule.ts';
import {
  getAttributeRow,
  maxSubjectAttributes,
  type SubjectAttribute,
  toAttribute,
} from '../names/subject-attributes.ts';
import { matchesAttribute } from './comparison.ts';
import type { Profile } from './profile.ts';

/** A subject attribute as granted. */
export interface GrantedAttribute {
  readonly attribute: SubjectAttribute;
  readonly value: string;
}

const refused = (what: string): Refusal => new Refusal('SubjectRefused', what);

/**
 * The subject as it will be issued, in the requested order, one RDN each: ACM PCA writes no
 * multi-valued RDN. Throws `Refusal('SubjectRefused')` for attributes off the profile, for values
 * that ACM PCA does not take, for attributes that come twice, and for a subject that names nothing.
 * Cisco IOS names a router by its unstructuredName alone where no `subject-name` is configured.
 */
export function grantSubject(
  requested: readonly NameAttribute[],
  profile: Profile,
): readonly GrantedAttribute[] {
  if (requested.length > maxSubjectAttributes)
    throw refused(`${maxSubjectAttributes} attributes at most`);
  const granted = requested.map((one) => grantedAttribute(one, profile));
  checkRepeats(granted);
  const isNamed =
    granted.some(({ attribute }) => holderNames.has(attribute)) ||
    profile.add?.subject?.CN !== undefined;
  if (!isNamed) throw refused('a CN or an unstructuredName is needed');
  return granted;
}

const holderNames: ReadonlySet<SubjectAttribute> = new Set(['CN', 'unstructuredName'] as const);

function grantedAttribute({ oid, text }: NameAttribute, profile: Profile): GrantedAttribute {
  const attribute = toAttribute(oid);
  const row = getAttributeRow(attribute);
  const patterns = Object.hasOwn(profile.subject, attribute)
    ? profile.subject[attribute]
    : undefined;
  if (row === undefined || patterns === undefined)
    throw refused(`${attribute} is not in the profile`);
  const fault = findValueFault(text, row);
  if (fault !== undefined) throw refused(`${attribute} ${fault}`);
  if (!matchesAttribute(attribute, text, patterns))
    throw refused(`${attribute} has another value than the profile allows`);
  return { attribute, value: text };
}

function checkRepeats(granted: readonly GrantedAttribute[]): void {
  const seen = new Set<SubjectAttribute>();
  for (const { attribute } of granted) {
    if (seen.has(attribute) && !getAttributeRow(attribute)?.repeatable)
      throw refused(`${attribute} comes twice`);
    seen.add(attribute);
  }
}
