/** The form of one kind of name, and whether a value or a pattern can have it. */

/** What values of one attribute or one kind of alternative name may be. */
export interface NameRule {
  /** The longest value that ACM PCA's API takes, in UTF-16 units: never more than characters. */
  readonly maxCharacters: number;
  /** The characters of a value, without regard to their order. */
  readonly alphabet: RegExp;
  /** Whether a text of that alphabet is a value. */
  readonly hasForm: (text: string) => boolean;
  /** Whether a pattern with a `*`, of that alphabet, can match a value. Absent: each can. */
  readonly canMatch?: (pattern: string) => boolean;
  /** The same for people: "two letters". */
  readonly description: string;
}

/**
 * No control, format (bidi, zero width, byte order mark), private or unassigned character, and no
 * line or paragraph separator.
 */
const plainText = /^[^\p{C}\p{Zl}\p{Zp}]*$/u;

/** Text of any script, without a space at either end. */
export const allowAnyText = (maxCharacters: number): NameRule => ({
  maxCharacters,
  alphabet: plainText,
  hasForm: (text) => !/^\s|\s$/u.test(text),
  description: `text of 1 to ${maxCharacters} characters`,
});

/** The alphabet of ASN.1's PrintableString, as `ASN1PrintableString64` of the service model. */
export const allowPrintableText = (maxCharacters: number): NameRule => ({
  maxCharacters,
  alphabet: /^[A-Za-z0-9 '()+,\-./:=?]*$/,
  hasForm: (text) => !/^ | $/.test(text),
  description: `1 to ${maxCharacters} letters, digits, spaces and '()+,-./:=?`,
});

/** Printable ASCII: what an IA5String holds without control characters. */
export const allowAsciiText = (maxCharacters: number): NameRule => ({
  maxCharacters,
  alphabet: /^[\x20-\x7e]*$/,
  hasForm: (text) => !/^ | $/.test(text),
  description: `1 to ${maxCharacters} characters of ASCII`,
});

/**
 * Why a value is not of this rule, without the value; undefined if it is. For the log of a refusal.
 */
export function findValueFault(text: string, rule: NameRule): string | undefined {
  if (text.length > rule.maxCharacters) return `is over ${rule.maxCharacters} characters`;
  const fits = text.length > 0 && rule.alphabet.test(text) && rule.hasForm(text);
  return fits ? undefined : 'has a form that the CA does not take';
}

/** Whether a value is of this rule. */
export const isOfRule = (text: string, rule: NameRule): boolean =>
  findValueFault(text, rule) === undefined;

/**
 * The reason why no value of the rule can match a pattern; undefined if one can. `*` stands for any
 * characters.
 */
export function findPatternFault(pattern: string, rule: NameRule): string | undefined {
  const literal = pattern.replaceAll('*', '');
  if (pattern === '') return 'an empty pattern allows nothing';
  const fits = literal.length <= rule.maxCharacters && rule.alphabet.test(literal);
  const isExact = literal === pattern;
  const canMatch = isExact ? rule.hasForm(pattern) : (rule.canMatch?.(pattern) ?? true);
  if (fits && canMatch) return undefined;
  return `"${pattern}" can never be issued: it takes ${rule.description}`;
}
