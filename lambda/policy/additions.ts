/**
 * Adds the names of a profile to those of a request, because switches, printers and many MDM forms
 * cannot send an alternative name.
 */
import { Refusal } from '../core/errors.ts';
import { getKindRow, isKind } from '../names/alternative-name-kinds.ts';
import { isOfRule } from '../names/name-rule.ts';
import { getAttributeRow, type SubjectAttribute } from '../names/subject-attributes.ts';
import { fillTemplate } from '../names/template.ts';
import type { GrantedAlternativeName } from './alternative-names.ts';
import { toAlternativeNameKey, toAttributeKey } from './comparison.ts';
import type { Names } from './constraints.ts';
import type { Profile } from './profile.ts';
import {
  findStrongMappingPatterns,
  isLikeStrongMapping,
  isStrongMapping,
} from './strong-mapping.ts';
import type { GrantedAttribute } from './subject.ts';

/**
 * The requested names and the added ones. A name that is both requested and added is issued once.
 * Throws `Refusal` if the request has another value for an added attribute, or lacks an attribute
 * of a template. It also refuses an added value that the CA does not accept.
 */
export function withAdditions(requested: Names, { add = {} }: Pick<Profile, 'add'>): Names {
  return {
    subject: [...requested.subject, ...buildAddedAttributes(requested, add.subject ?? {})],
    alternativeNames: [
      ...requested.alternativeNames,
      ...buildAddedNames(requested, add.alternativeNames ?? {}),
    ],
  };
}

type Additions = Required<NonNullable<Profile['add']>>;

function buildAddedAttributes(
  { subject }: Names,
  additions: Additions['subject'],
): readonly GrantedAttribute[] {
  return Object.entries(additions).flatMap(([name, template = '']) => {
    const attribute = name as SubjectAttribute;
    const value = fillTemplate(template, subject);
    const row = getAttributeRow(attribute);
    if (row === undefined || value === undefined || !isOfRule(value, row))
      throw new Refusal('SubjectRefused', `${attribute} cannot be added`);
    const requested = subject.filter((one) => one.attribute === attribute);
    const key = toAttributeKey(attribute, value);
    const isSame = requested.some((one) => toAttributeKey(attribute, one.value) === key);
    if (isSame) return [];
    if (requested.length > 0 && !row.repeatable)
      throw new Refusal('SubjectRefused', `${attribute} has another value than the profile adds`);
    return [{ attribute, value }];
  });
}

function buildAddedNames(
  { subject, alternativeNames }: Names,
  additions: Additions['alternativeNames'],
): readonly GrantedAlternativeName[] {
  const known = new Set(
    alternativeNames.map(({ kind, value }) => toAlternativeNameKey(kind, value)),
  );
  const added: GrantedAlternativeName[] = [];
  for (const [kind, templates = []] of Object.entries(additions)) {
    for (const template of templates) {
      const name = buildAddedName(kind, template, subject);
      const key = toAlternativeNameKey(name.kind, name.value);
      if (!known.has(key)) added.push(name);
      known.add(key);
    }
  }
  return added;
}

function buildAddedName(
  kind: string,
  template: string,
  subject: readonly GrantedAttribute[],
): GrantedAlternativeName {
  const row = getKindRow(kind);
  const value = fillTemplate(template, subject);
  const isValid = row !== undefined && value !== undefined && isOfRule(value, row);
  if (!isKind(kind) || !isValid || !isMappingAllowed(value, template))
    throw new Refusal('AlternativeNameRefused', `${kind} cannot be added`);
  return { kind, value };
}

/** The template must write the prefix out, so that no device chooses an account by its CN. */
const isMappingAllowed = (value: string, template: string): boolean =>
  !isLikeStrongMapping(value) ||
  (isStrongMapping(value) && findStrongMappingPatterns([template]).length > 0);
