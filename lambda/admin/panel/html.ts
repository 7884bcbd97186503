/**
 * HTML in which every value is escaped text unless this module made it. A device's text can
 * therefore not become an element.
 */
import { Fault } from '../../core/errors.ts';

const made = Symbol('made');

/** Markup, which only this module can make. */
export interface Html {
  readonly [made]: string;
}

/** A value in a template. Text is escaped, markup is not, and `undefined` is omitted. */
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
 * Characters that are invisible or reverse the text after them, with which one device's name could
 * look like another's (Unicode Technical Report 36). They appear as U+FFFD.
 */
const misleading = /(?![\n\t])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

const escapeText = (text: string): string =>
  text.replace(misleading, '\uFFFD').replace(/[&<>"'`]/g, (sign) => entities[sign] ?? '');

const isMarkup = (content: object): content is Html => made in content;

const render = (content: Content): string => {
  if (content === undefined) return '';
  if (typeof content !== 'object') return escapeText(String(content));
  return isMarkup(content) ? content[made] : content.map(render).join('');
};

/** Makes markup from a template, and escapes the values. The template must quote its attributes. */
export const html = (strings: TemplateStringsArray, ...values: readonly Content[]): Html => ({
  [made]: String.raw({ raw: strings }, ...values.map(render)),
});

/**
 * A value as JSON within an element. CloudWatch reads the content of a `cwdb-action` and does not
 * document whether it parses the content as HTML first. Quotes therefore stay, and other special
 * characters of HTML become JSON escapes.
 */
export const renderJson = (value: unknown): Html => ({
  [made]: JSON.stringify(value).replace(
    /[<>&'`\u2028\u2029]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  ),
});

/** A style sheet in its element. Throws `StyleWithMarkup` for one that could end the element. */
export function renderStyle(sheet: string): Html {
  if (sheet.includes('<')) throw new Fault('StyleWithMarkup');
  return { [made]: `<style>${sheet}</style>` };
}

/** Returns the markup as text, to send it. */
export const readText = (markup: Html): string => markup[made];
