/**
 * Writes DER (and, on purpose, what is not DER) as bytes: the kit must be able to send any
 * structure.
 */

const textEncoder = new TextEncoder();

/** Joins byte strings. */
export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}

/** The shortest definite length octets for a content of that many bytes. */
function lengthOctets(length: number): Uint8Array {
  if (length < 0x80) return Uint8Array.of(length);
  const bytes: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return Uint8Array.of(0x80 | bytes.length, ...bytes);
}

/** One element: tag byte, definite length, the joined content. */
export function tlv(tag: number, ...content: readonly Uint8Array[]): Uint8Array {
  const body = concat(...content);
  return concat(Uint8Array.of(tag), lengthOctets(body.length), body);
}

/** One element of indefinite length (BER only): the tag must be a constructed one. */
export function indefinite(tag: number, ...content: readonly Uint8Array[]): Uint8Array {
  return concat(Uint8Array.of(tag, 0x80), ...content, Uint8Array.of(0, 0));
}

export const sequence = (...parts: readonly Uint8Array[]) => tlv(0x30, ...parts);
/** A SET with its parts in the order given, sorted or not. */
export const setAsGiven = (...parts: readonly Uint8Array[]) => tlv(0x31, ...parts);
/** A SET OF in DER's order: by the bytes of its encoded parts (X.690 11.6). */
export const setOf = (...parts: readonly Uint8Array[]) => tlv(0x31, ...sorted(parts));
export const octetString = (bytes: Uint8Array) => tlv(0x04, bytes);
export const bitString = (bytes: Uint8Array, unusedBits = 0) =>
  tlv(0x03, Uint8Array.of(unusedBits), bytes);
export const nothing = () => new Uint8Array();
export const asnNull = () => tlv(0x05);
export const boolean = (value: boolean) => tlv(0x01, Uint8Array.of(value ? 0xff : 0));
/** EXPLICIT [n] around whole elements, or IMPLICIT [n] of a SEQUENCE or SET around its parts. */
export const tagged = (n: number, ...parts: readonly Uint8Array[]) => tlv(0xa0 | n, ...parts);
/** IMPLICIT [n] of a primitive type: only its content. */
export const taggedPrimitive = (n: number, content: Uint8Array) => tlv(0x80 | n, content);

/** The parts in DER's order of a SET OF. */
export function sorted(parts: readonly Uint8Array[]): readonly Uint8Array[] {
  return [...parts].sort((a, b) => Buffer.compare(a, b));
}

/** An INTEGER: a number of zero or more, or bytes that are taken as they are. */
export function integer(value: number | Uint8Array): Uint8Array {
  if (typeof value !== 'number') return tlv(0x02, value);
  const bytes: number[] = [];
  for (let rest = value; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  if (bytes.length === 0 || (bytes[0] ?? 0) >= 0x80) bytes.unshift(0);
  return tlv(0x02, Uint8Array.from(bytes));
}

/** An OBJECT IDENTIFIER from its dotted form. */
export function oid(dotted: string): Uint8Array {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const arcs = [first * 40 + second, ...rest];
  return tlv(0x06, Uint8Array.from(arcs.flatMap(base128)));
}

function base128(arc: number): number[] {
  const digits = [arc % 128];
  for (let rest = Math.floor(arc / 128); rest > 0; rest = Math.floor(rest / 128)) {
    digits.unshift((rest % 128) | 0x80);
  }
  return digits;
}

/** The string types that SCEP clients use for names, challenges and attributes. */
export const stringTypes = {
  utf8: (text: string) => tlv(0x0c, textEncoder.encode(text)),
  printable: (text: string) => tlv(0x13, Buffer.from(text, 'latin1')),
  t61: (text: string) => tlv(0x14, Buffer.from(text, 'latin1')),
  ia5: (text: string) => tlv(0x16, Buffer.from(text, 'latin1')),
  bmp: (text: string) => tlv(0x1e, Buffer.from(text, 'utf16le').swap16()),
  universal: (text: string) => tlv(0x1c, ...[...text].map(utf32)),
} as const;

/** The name of a string type. */
export type StringType = keyof typeof stringTypes;

function utf32(character: string): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, character.codePointAt(0) ?? 0);
  return bytes;
}

/** A Time: UTCTime until 2049, GeneralizedTime after (RFC 5280 4.1.2.5). */
export function time(date: Date): Uint8Array {
  const digits = `${date.toISOString().replace(/[-:T]/g, '').slice(0, 14)}Z`;
  const utc = date.getUTCFullYear() < 2050;
  return utc ? tlv(0x17, Buffer.from(digits.slice(2))) : tlv(0x18, Buffer.from(digits));
}
