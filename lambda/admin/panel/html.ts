import { Fault } from '../../core/errors.ts';

/**
 * Markup in which everything is text unless it was written here: what a stranger sent cannot become
 * an element.
 */

const made = Symbol('made');

/** Markup. Only this file makes it. */
export interface Html {
  readonly [made]: string;
}

/** A value in a template: text is escaped, markup is not, `undefined` is left out. */
export type Content = Html | string | number | undefined | readonly Content[];

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
};

/**
 * Characters that show nothing or turn the direction of what follows: a device's name must not read
 * as another (Unicode report 36). Shown as U+FFFD.
 */
const unseen = /(?![\n\t])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

const escaped = (text: string): string =>
  text.replace(unseen, '\uFFFD').replace(/[&<>"'`]/g, (sign) => entities[sign] ?? '');

const isMarkup = (content: object): content is Html => made in content;

const rendered = (content: Content): string => {
  if (content === undefined) return '';
  if (typeof content !== 'object') return escaped(String(content));
  return isMarkup(content) ? content[made] : content.map(rendered).join('');
};

/**
 * The one way to make markup: a template whose values are escaped. Attributes must be quoted in it.
 */
export const html = (strings: TemplateStringsArray, ...values: readonly Content[]): Html => ({
  [made]: String.raw({ raw: strings }, ...values.map(rendered)),
});

/**
 * A value as JSON within an element. Its quotes stay: CloudWatch reads the content of a
 * `cwdb-action`, and does not document whether it is parsed as HTML first. Characters of HTML are
 * written as JSON's own escapes.
 */
export const renderJson = (value: unknown): Html => ({
  [made]: JSON.stringify(value).replace(
    /[<>&'`\u2028\u2029]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  ),
});

/** A style sheet of ours, in an element of its own; refuses one that could end it. */
export function renderStyle(sheet: string): Html {
  if (sheet.includes('<')) throw new Fault('StyleWithMarkup');
  return { [made]: `<style>${sheet}</style>` };
}

/** The markup as a text, for whoever sends it. */
export const readText = (markup: Html): string => markup[made];
