/**
 * The text of ASN.1 string types (X.680 section 41), decoded by its type or refused: no octet is
 * ever read as another letter. Names alone are read here. Passwords and transactionIDs, which are
 * compared and never shown as a name, are read by `readText` (values.ts).
 */
import { Malformed, type Node } from './read.ts';
import { tags } from './tags.ts';

/** The string types that names are written in. */
export type StringType =
  | 'UTF8String'
  | 'PrintableString'
  | 'IA5String'
  | 'T61String'
  | 'BMPString'
  | 'UniversalString';

/** A text, and the type that it was written in. */
export interface TypedText {
  readonly type: StringType;
  readonly text: string;
}

/** Deviations that a connector may declare (message/quirks.ts). */
export interface StringQuirks {
  /** Read a PrintableString as UTF-8. */
  readonly utf8InPrintableString: boolean;
}

/** By X.680 alone. */
export const strict: StringQuirks = { utf8InPrintableString: false };

/** Octets of an alphabet, as a table: a name is read in every request. */
const alphabetOf = (characters: string): ReadonlySet<number> => new Set(Buffer.from(characters));

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const printable = alphabetOf(`${letters}0123456789 '()+,-./:=?`);

/**
 * The octets that T.61 and ASCII have in common. T.61 puts other signs, or none, in the place of
 * `#$\^`{}~`. Over 0x7f the field writes T.61, Latin-1 and UTF-8, and nothing tells which.
 */
const t61 = alphabetOf(`${letters}0123456789 !"%&'()*+,-./:;<=>?@[]_|`);

// `ignoreBOM` keeps a byte order mark in the text, where it is refused like every format character.
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const decoders: Readonly<Record<number, readonly [StringType, (octets: Uint8Array) => string]>> = {
  [tags.utf8String]: ['UTF8String', (octets) => utf8.decode(octets)],
  [tags.printableString]: ['PrintableString', (octets) => ofAlphabet(octets, printable)],
  [tags.ia5String]: ['IA5String', decodeIa5],
  [tags.t61String]: ['T61String', (octets) => ofAlphabet(octets, t61)],
  [tags.bmpString]: ['BMPString', (octets) => ofUnits(octets, 2)],
  [tags.universalString]: ['UniversalString', (octets) => ofUnits(octets, 4)],
};

/**
 * Reads a string. Throws `Malformed` with `what`, for a type that is not listed and for octets that
 * are not of the type.
 */
export function readString(
  node: Node | undefined,
  what: string,
  { utf8InPrintableString }: StringQuirks = strict,
): TypedText {
  const [type, decode] = (node && decoders[node.tag]) ?? [];
  if (node === undefined || type === undefined || decode === undefined) throw new Malformed(what);
  const isUtf8 = utf8InPrintableString && type === 'PrintableString';
  try {
    return { type, text: isUtf8 ? utf8.decode(node.content) : decode(node.content) };
  } catch {
    throw new Malformed(what);
  }
}

/** The text of an IA5String's octets; throws `Malformed` for octets over 0x7f. */
export function decodeIa5(octets: Uint8Array): string {
  for (const octet of octets) if (octet > 0x7f) throw new Malformed('IA5String');
  return Buffer.from(octets).toString('latin1');
}

function ofAlphabet(octets: Uint8Array, alphabet: ReadonlySet<number>): string {
  for (const octet of octets) if (!alphabet.has(octet)) throw new Malformed('string');
  return Buffer.from(octets).toString('latin1');
}

/** Code points of two or four octets. A surrogate is not a character of either type. */
function ofUnits(octets: Uint8Array, unit: 2 | 4): string {
  if (octets.length % unit !== 0) throw new Malformed('string');
  const buffer = Buffer.from(octets);
  let text = '';
  for (let at = 0; at < buffer.length; at += unit) {
    const point = buffer.readUIntBE(at, unit);
    if (point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff)) throw new Malformed('string');
    text += String.fromCodePoint(point);
  }
  return text;
}
