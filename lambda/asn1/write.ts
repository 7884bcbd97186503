/**
 * Encoders of DER; each function returns one element. All lengths are definite and minimal, and
 * `encodeSetOf` sorts, so any combination is DER. (pkijs writes indefinite lengths and leaves
 * signedAttrs unsorted.)
 */
import { tags } from './tags.ts';

/** One element with this tag; its content is the concatenation of the parts. */
export function encodeTlv(tag: number, ...content: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of content) length += part.length;
  const lengthOctets = length < 0x80 ? 0 : countLengthOctets(length);
  const element = Buffer.allocUnsafe(2 + lengthOctets + length);
  element[0] = tag;
  element[1] = lengthOctets === 0 ? length : 0x80 | lengthOctets;
  if (lengthOctets > 0) element.writeUIntBE(length, 2, lengthOctets);
  let at = 2 + lengthOctets;
  for (const part of content) {
    element.set(part, at);
    at += part.length;
  }
  return element;
}

function countLengthOctets(length: number): number {
  if (length < 0x100) return 1;
  return length < 0x10000 ? 2 : length < 0x1000000 ? 3 : 4;
}

export const encodeSequence = (...parts: readonly Uint8Array[]): Uint8Array =>
  encodeTlv(tags.sequence, ...parts);

/** A SET OF, whose elements are sorted by their encodings (X.690 section 11.6). */
export const encodeSetOf = (...parts: readonly Uint8Array[]): Uint8Array =>
  encodeTlv(tags.set, ...parts.toSorted(Buffer.compare));

export const encodeOctetString = (value: Uint8Array): Uint8Array =>
  encodeTlv(tags.octetString, value);

export const encodePrintableString = (text: string): Uint8Array =>
  encodeTlv(tags.printableString, Buffer.from(text, 'latin1'));

export const encodeNull = (): Uint8Array => encodeTlv(tags.null);

export const encodeUtf8String = (text: string): Uint8Array =>
  encodeTlv(tags.utf8String, Buffer.from(text, 'utf8'));

/** The first year that needs a GeneralizedTime (RFC 5652 section 11.3, RFC 5280 4.1.2.5). */
const firstGeneralizedYear = '2050';

let lastTime: { readonly seconds: number; readonly element: Uint8Array } | undefined;

/** A Time in UTC, of epoch seconds. The last one is cached, because formatting takes 10 us. */
export function encodeTime(seconds: number): Uint8Array {
  if (lastTime?.seconds !== seconds) lastTime = { seconds, element: encodeTimeOfSecond(seconds) };
  return lastTime.element;
}

function encodeTimeOfSecond(seconds: number): Uint8Array {
  const text = new Date(seconds * 1000).toISOString().replace(/[-:T]|\.\d+/g, '');
  return text < firstGeneralizedYear
    ? encodeTlv(tags.utcTime, Buffer.from(text.slice(2), 'latin1'))
    : encodeTlv(tags.generalizedTime, Buffer.from(text, 'latin1'));
}

/** A small non-negative INTEGER, such as a version. */
export const encodeSmallInteger = (value: number): Uint8Array =>
  encodeTlv(tags.integer, Uint8Array.of(value));

/** The same element under another tag, which ASN.1 calls IMPLICIT tagging. */
export const retag = (tag: number, element: Uint8Array): Uint8Array => {
  const copy = Buffer.from(element);
  copy[0] = tag;
  return copy;
};

const encodedOids = new Map<string, Uint8Array>();

/** An OBJECT IDENTIFIER from its dotted form. Messages use few, so each encoding is cached. */
export function encodeOid(dotted: string): Uint8Array {
  const known = encodedOids.get(dotted);
  if (known !== undefined) return known;
  const [first = 0, second = 0, ...arcs] = dotted.split('.').map(Number);
  const encoded = encodeTlv(
    tags.oid,
    Uint8Array.from([first * 40 + second, ...arcs].flatMap(encodeBase128)),
  );
  encodedOids.set(dotted, encoded);
  return encoded;
}

function encodeBase128(arc: number): number[] {
  const octets = [arc % 128];
  for (let rest = Math.floor(arc / 128); rest > 0; rest = Math.floor(rest / 128))
    octets.unshift(0x80 | (rest % 128));
  return octets;
}
