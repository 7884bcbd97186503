/**
 * Values that a profile adds, with names of the request in braces: `{CN}.example.com`. There is no
 * other metacharacter.
 */
import type { NameRule } from './name-rule.ts';
import { findPatternFault, isOfRule } from './name-rule.ts';
import { getAttributeRow, type SubjectAttribute } from './subject-attributes.ts';

const placeholder = /\{([^{}]*)\}/g;

/** The attributes that a template takes from the request. */
const placeholdersIn = (template: string): readonly string[] =>
  [...template.matchAll(placeholder)].map(([, name = '']) => name);

/**
 * The value of a template; undefined where the request does not have an attribute that it takes.
 */
export function fillTemplate(
  template: string,
  subject: readonly { readonly attribute: SubjectAttribute; readonly value: string }[],
): string | undefined {
  const values = new Map<string, string>(subject.map(({ attribute, value }) => [attribute, value]));
  if (!placeholdersIn(template).every((name) => values.has(name))) return undefined;
  return template.replace(placeholder, (_, name: string) => values.get(name) ?? '');
}

/**
 * Why no value of a template can have the rule's form; undefined if one can. An attribute that may
 * come twice has no one value.
 */
export function findTemplateFault(template: string, rule: NameRule): string | undefined {
  if (template.includes('*')) return `"${template}" has a "*", but values are added, not patterns`;
  const names = placeholdersIn(template);
  const unknown = names.find(
    (name) => getAttributeRow(name) === undefined || getAttributeRow(name)?.repeatable,
  );
  if (unknown !== undefined) return `{${unknown}} is not an attribute that comes once`;
  if (/[{}]/.test(template.replace(placeholder, ''))) return `"${template}" has a stray brace`;
  if (names.length > 0) return findPatternFault(template.replace(placeholder, '*'), rule);
  return isOfRule(template, rule)
    ? undefined
    : `"${template}" can never be issued: it takes ${rule.description}`;
}
