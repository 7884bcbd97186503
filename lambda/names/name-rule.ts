/** Rules for the values of names, and checks of values and patterns against them. */

/** The rule for the values of one attribute or of one kind of alternative name. */
export interface NameRule {
  /** The bound of ACM PCA's API. It is applied to UTF-16 units, which are never fewer. */
  readonly maxCharacters: number;
  /** Matches a text whose characters can all occur in a value. */
  readonly alphabet: RegExp;
  /** Whether a text of that alphabet is a valid value. */
  readonly hasForm: (text: string) => boolean;
  /** Whether a pattern with a `*` can match a value. If omitted, every pattern can. */
  readonly canMatch?: (pattern: string) => boolean;
  /** The rule in words for admins, such as "two letters". */
  readonly description: string;
}

/**
 * Text without control, format (bidi, zero width, byte order mark), private and unassigned
 * characters, and without line and paragraph separators.
 */
const plainText = /^[^\p{C}\p{Zl}\p{Zp}]*$/u;

/** Text of any script, without a space at either end. */
export const allowAnyText = (maxCharacters: number): NameRule => ({
  maxCharacters,
  alphabet: plainText,
  hasForm: (text) => !/^\s|\s$/u.test(text),
  description: `text of 1 to ${maxCharacters} characters`,
});

/** Text of ASN.1's PrintableString (`ASN1PrintableString64` of the service model). */
export const allowPrintableText = (maxCharacters: number): NameRule => ({
  maxCharacters,
  alphabet: /^[A-Za-z0-9 '()+,\-./:=?]*$/,
  hasForm: (text) => !/^ | $/.test(text),
  description: `1 to ${maxCharacters} letters, digits, spaces and '()+,-./:=?`,
});

/** Text of printable ASCII, which is an IA5String without control characters. */
export const allowAsciiText = (maxCharacters: number): NameRule => ({
  maxCharacters,
  alphabet: /^[\x20-\x7e]*$/,
  hasForm: (text) => !/^ | $/.test(text),
  description: `1 to ${maxCharacters} characters of ASCII`,
});

/**
 * Why a value breaks a rule; undefined if it does not. The text never quotes the value, because it
 * is logged.
 */
export function findValueFault(text: string, rule: NameRule): string | undefined {
  if (text.length > rule.maxCharacters) return `is over ${rule.maxCharacters} characters`;
  const fits = text.length > 0 && rule.alphabet.test(text) && rule.hasForm(text);
  return fits ? undefined : 'has a form that the CA refuses';
}

/** Whether a value follows a rule. */
export const isOfRule = (text: string, rule: NameRule): boolean =>
  findValueFault(text, rule) === undefined;

/** Why a pattern matches no value of a rule; undefined if it can match one. */
export function findPatternFault(pattern: string, rule: NameRule): string | undefined {
  const literal = pattern.replaceAll('*', '');
  if (pattern === '') return 'an empty pattern allows nothing';
  const fits = literal.length <= rule.maxCharacters && rule.alphabet.test(literal);
  const isExact = literal === pattern;
  const canMatch = isExact ? rule.hasForm(pattern) : (rule.canMatch?.(pattern) ?? true);
  if (fits && canMatch) return undefined;
  return `"${pattern}" can never be issued: it takes ${rule.description}`;
}
