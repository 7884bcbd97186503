/**
 * Decoders of the ASN.1 string types of names (X.680 section 41). A string that does not fit its
 * type is refused, so no octet is ever read as another letter. Passwords and transactionIDs, which
 * are compared and never displayed as names, are read by `readText` (values.ts).
 */
import { Malformed, type Node } from './read.ts';
import { tags } from './tags.ts';

/** The string types of names. */
export type StringType =
  | 'UTF8String'
  | 'PrintableString'
  | 'IA5String'
  | 'T61String'
  | 'BMPString'
  | 'UniversalString';

/** A text and its string type. */
export interface TypedText {
  readonly type: StringType;
  readonly text: string;
}

/** Deviations from X.680 that a connector can declare (message/quirks.ts). */
export interface StringQuirks {
  /** Read a PrintableString as UTF-8. */
  readonly utf8InPrintableString: boolean;
}

/** No deviation from X.680. */
export const strict: StringQuirks = { utf8InPrintableString: false };

/** The octets of an alphabet, as a set for fast lookup: every request has a name. */
const toOctetSet = (characters: string): ReadonlySet<number> => new Set(Buffer.from(characters));

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const printable = toOctetSet(`${letters}0123456789 '()+,-./:=?`);

/**
 * The octets that T.61 and ASCII share. T.61 has other characters, or none, for `#$\^`{}~`. Above
 * 0x7f devices write T.61, Latin-1 or UTF-8, and a reader cannot distinguish them.
 */
const t61 = toOctetSet(`${letters}0123456789 !"%&'()*+,-./:;<=>?@[]_|`);

// `ignoreBOM` keeps a byte order mark in the text. Policy then refuses it as a format character.
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const decoders: Readonly<Record<number, readonly [StringType, (octets: Uint8Array) => string]>> = {
  [tags.utf8String]: ['UTF8String', (octets) => utf8.decode(octets)],
  [tags.printableString]: ['PrintableString', (octets) => decodeAlphabet(octets, printable)],
  [tags.ia5String]: ['IA5String', decodeIa5],
  [tags.t61String]: ['T61String', (octets) => decodeAlphabet(octets, t61)],
  [tags.bmpString]: ['BMPString', (octets) => decodeCodePoints(octets, 2)],
  [tags.universalString]: ['UniversalString', (octets) => decodeCodePoints(octets, 4)],
};

/**
 * Reads a string. Throws `Malformed` with `what` for a type that is not listed, and for octets that
 * do not fit the type.
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

function decodeAlphabet(octets: Uint8Array, alphabet: ReadonlySet<number>): string {
  for (const octet of octets) if (!alphabet.has(octet)) throw new Malformed('string');
  return Buffer.from(octets).toString('latin1');
}

/** Decodes code points of two or four octets; refuses surrogates, which neither type allows. */
function decodeCodePoints(octets: Uint8Array, unit: 2 | 4): string {
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
