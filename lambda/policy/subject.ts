/** Checks subjects against a profile. */
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

/** A granted subject attribute. */
export interface GrantedAttribute {
  readonly attribute: SubjectAttribute;
  readonly value: string;
}

const createRefusal = (what: string): Refusal => new Refusal('SubjectRefused', what);

/**
 * The subject as it will be issued, in the requested order, with one attribute per RDN: ACM PCA has
 * no multi-valued RDN. Throws `Refusal('SubjectRefused')` for an attribute that the profile does
 * not allow, and for a value that ACM PCA does not accept. It also refuses a repeated attribute and
 * a subject without a name of its holder. Cisco IOS without a configured `subject-name` sends an
 * unstructuredName only.
 */
export function grantSubject(
  requested: readonly NameAttribute[],
  profile: Profile,
): readonly GrantedAttribute[] {
  if (requested.length > maxSubjectAttributes)
    throw createRefusal(`${maxSubjectAttributes} attributes at most`);
  const granted = requested.map((one) => grantAttribute(one, profile));
  checkRepeats(granted);
  const isNamed =
    granted.some(({ attribute }) => holderNames.has(attribute)) ||
    profile.add?.subject?.CN !== undefined;
  if (!isNamed) throw createRefusal('a CN or an unstructuredName is required');
  return granted;
}

const holderNames: ReadonlySet<SubjectAttribute> = new Set(['CN', 'unstructuredName'] as const);

function grantAttribute({ oid, text }: NameAttribute, profile: Profile): GrantedAttribute {
  const attribute = toAttribute(oid);
  const row = getAttributeRow(attribute);
  const patterns = Object.hasOwn(profile.subject, attribute)
    ? profile.subject[attribute]
    : undefined;
  if (row === undefined || patterns === undefined)
    throw createRefusal(`${attribute} is not in the profile`);
  const fault = findValueFault(text, row);
  if (fault !== undefined) throw createRefusal(`${attribute} ${fault}`);
  if (!matchesAttribute(attribute, text, patterns))
    throw createRefusal(`${attribute} has a value that the profile refuses`);
  return { attribute, value: text };
}

function checkRepeats(granted: readonly GrantedAttribute[]): void {
  const seen = new Set<SubjectAttribute>();
  for (const { attribute } of granted) {
    if (seen.has(attribute) && !getAttributeRow(attribute)?.repeatable)
      throw createRefusal(`${attribute} is repeated`);
    seen.add(attribute);
  }
}
