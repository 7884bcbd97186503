/**
 * Writes DER, and on purpose also malformed DER, because the kit sends every structure. It is
 * independent of lambda/asn1, which it checks.
 */
import { encodeElement, encodeOid, encodeTime, toSortedSet } from '../../../lib/der/write.ts';

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

/**
 * One element: tag byte, definite length, the joined content. It is a plain Uint8Array, because
 * `slice` of a Buffer would not copy.
 */
export const tlv = (tag: number, ...content: readonly Uint8Array[]): Uint8Array =>
  new Uint8Array(encodeElement(tag, ...content));

/** One element of indefinite length (BER only). The tag must be a constructed one. */
export function indefinite(tag: number, ...content: readonly Uint8Array[]): Uint8Array {
  return concat(Uint8Array.of(tag, 0x80), ...content, Uint8Array.of(0, 0));
}

export const sequence = (...parts: readonly Uint8Array[]) => tlv(0x30, ...parts);
/** A SET with its parts in the order given, sorted or not. */
export const setAsGiven = (...parts: readonly Uint8Array[]) => tlv(0x31, ...parts);
/** A SET OF in DER's order: by the bytes of its encoded parts (X.690 section 11.6). */
export const setOf = (...parts: readonly Uint8Array[]) => tlv(0x31, ...toSortedSet(parts));
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

/** An INTEGER: a number of zero or more, or its content as given. */
export function integer(value: number | Uint8Array): Uint8Array {
  if (typeof value !== 'number') return tlv(0x02, value);
  const bytes: number[] = [];
  for (let rest = value; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  if (bytes.length === 0 || (bytes[0] ?? 0) >= 0x80) bytes.unshift(0);
  return tlv(0x02, Uint8Array.from(bytes));
}

/** An OBJECT IDENTIFIER from its dotted form. */
export const oid = (dotted: string): Uint8Array => new Uint8Array(encodeOid(dotted));

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

/** A Time: UTCTime until 2049, GeneralizedTime from 2050 (RFC 5280 section 4.1.2.5). */
export const time = (date: Date): Uint8Array => new Uint8Array(encodeTime(date));
