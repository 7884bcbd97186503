/**
 * Templates of values that a profile adds. An attribute of the request stands in braces, as in
 * `{CN}.example.com`. Braces are the only metacharacters.
 */
import type { NameRule } from './name-rule.ts';
import { findPatternFault, isOfRule } from './name-rule.ts';
import { getAttributeRow, type SubjectAttribute } from './subject-attributes.ts';

const placeholder = /\{([^{}]*)\}/g;

/** The attributes in the braces of a template. */
const findPlaceholders = (template: string): readonly string[] =>
  [...template.matchAll(placeholder)].map(([, name = '']) => name);

/** The value of a template; undefined if the subject lacks one of its attributes. */
export function fillTemplate(
  template: string,
  subject: readonly { readonly attribute: SubjectAttribute; readonly value: string }[],
): string | undefined {
  const values = new Map<string, string>(subject.map(({ attribute, value }) => [attribute, value]));
  if (!findPlaceholders(template).every((name) => values.has(name))) return undefined;
  return template.replace(placeholder, (_, name: string) => values.get(name) ?? '');
}

/**
 * Why no value of a template follows a rule; undefined if one can. A repeatable attribute is
 * refused in a template, because it can have several values.
 */
export function findTemplateFault(template: string, rule: NameRule): string | undefined {
  if (template.includes('*')) return `"${template}" has a "*", but values are added, not patterns`;
  const names = findPlaceholders(template);
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
