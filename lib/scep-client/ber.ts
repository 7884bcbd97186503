/**
 * Rewrites BER, which CMS allows (RFC 5652 section 2), as DER. This code is independent of the
 * server's (lambda/asn1), so that the client can check the server.
 */
import { encodeElement, toSortedSet } from '../der/write.ts';
import { ScepClientError } from './errors.ts';

const constructed = 0x20;
const octetString = 0x04;
const setOf = 0x31;
const indefinite = 0x80;
/** Enough for a chain of certificates with every extension, and safe for the stack. */
const maxDepth = 40;
const maxLengthOctets = 4;

/** The bounds of an element, and the name of the input for errors. */
interface Place {
  readonly end: number;
  readonly depth: number;
  readonly what: string;
}

/** A rewritten element, and the start of the next one. */
interface Rewritten {
  readonly bytes: Uint8Array;
  readonly next: number;
  readonly isChanged: boolean;
}

/**
 * Rewrites an element with the shortest definite lengths and primitive OCTET STRINGs. Servers built
 * on BouncyCastle write neither. CMS and X.509 sign DER, so signatures stay valid. Throws
 * `malformedReply` for anything but BER, for bytes after the end, and for more than 40 levels.
 */
export function toDer(bytes: Uint8Array, what: string): Uint8Array {
  const place = { end: bytes.length, depth: 0, what };
  const element = rewrite(bytes, 0, place);
  if (element.next !== bytes.length) throw createNotBer(what, 'bytes follow its end');
  return element.bytes;
}

/**
 * The two encodings of signed attributes as a SET OF that a signature can cover. One has the
 * received order, which OpenSSL checks, and one has DER's order (RFC 5652 section 5.4).
 */
export function listSignedEncodings(attributes: Uint8Array): readonly Uint8Array[] {
  const place = { end: attributes.length, depth: 0, what: 'The list of signed attributes' };
  const parts = rewriteAll(attributes, findContentStart(attributes), place).map(
    ({ bytes }) => bytes,
  );
  return [parts, toSortedSet(parts)].map((elements) => encodeElement(setOf, ...elements));
}

const findContentStart = (bytes: Uint8Array): number =>
  readLength(bytes, 1, { end: bytes.length, depth: 0, what: '' }).start;

function rewrite(bytes: Uint8Array, at: number, place: Place): Rewritten {
  const tag = bytes[at];
  if (tag === undefined || at + 2 > place.end) throw createNotBer(place.what, 'it is truncated');
  if ((tag & 0x1f) === 0x1f) throw createNotBer(place.what, 'it has a tag of several bytes');
  if (bytes[at + 1] === indefinite) return rewriteIndefinite(bytes, at, place);
  const { start, length, isShortest } = readLength(bytes, at + 1, place);
  const next = start + length;
  if (next > place.end)
    throw createNotBer(place.what, 'an element is longer than the element around it');
  if ((tag & constructed) === 0) {
    const primitive = isShortest
      ? bytes.subarray(at, next)
      : encodeElement(tag, bytes.subarray(start, next));
    return { bytes: primitive, next, isChanged: !isShortest };
  }
  const parts = rewriteAll(bytes, start, { ...place, end: next });
  const isWhole = tag !== (octetString | constructed);
  const isChanged = !isShortest || !isWhole || parts.some((part) => part.isChanged);
  return {
    bytes: isChanged ? joinParts(tag, parts, place) : bytes.subarray(at, next),
    next,
    isChanged,
  };
}

/** Rewrites the elements up to the end of the place. */
function rewriteAll(bytes: Uint8Array, start: number, place: Place): readonly Rewritten[] {
  const parts: Rewritten[] = [];
  let at = start;
  while (at < place.end) {
    const part = rewrite(bytes, at, descend(place));
    parts.push(part);
    at = part.next;
  }
  return parts;
}

/** Rewrites an element of indefinite length, which two zero octets end. */
function rewriteIndefinite(bytes: Uint8Array, from: number, place: Place): Rewritten {
  const tag = bytes[from] ?? 0;
  if ((tag & constructed) === 0)
    throw createNotBer(place.what, 'a primitive element has an indefinite length');
  const parts: Rewritten[] = [];
  let at = from + 2;
  while (bytes[at] !== 0) {
    const part = rewrite(bytes, at, descend(place));
    parts.push(part);
    at = part.next;
  }
  if (bytes[at + 1] !== 0 || at + 2 > place.end) throw createNotBer(place.what, 'it is truncated');
  return { bytes: joinParts(tag, parts, place), next: at + 2, isChanged: true };
}

/** Joins rewritten parts to one element. The parts of an OCTET STRING become a primitive one. */
function joinParts(tag: number, parts: readonly Rewritten[], { what }: Place): Uint8Array {
  const isString = tag === (octetString | constructed);
  if (!isString) return encodeElement(tag, ...parts.map(({ bytes }) => bytes));
  if (parts.some(({ bytes }) => bytes[0] !== octetString))
    throw createNotBer(what, 'an OCTET STRING has parts of another type');
  const contents = parts.map(({ bytes }) => bytes.subarray(findContentStart(bytes)));
  return encodeElement(octetString, ...contents);
}

function descend(place: Place): Place {
  if (place.depth >= maxDepth) throw createNotBer(place.what, 'it has too many levels');
  return { ...place, depth: place.depth + 1 };
}

function readLength(bytes: Uint8Array, at: number, { what }: Place) {
  const first = bytes[at] ?? 0;
  if (first < indefinite) return { start: at + 1, length: first, isShortest: true };
  const count = first & 0x7f;
  const octets = bytes.subarray(at + 1, at + 1 + count);
  if (octets.length !== count || count > maxLengthOctets)
    throw createNotBer(what, 'a length is invalid');
  const length = octets.reduce((sum, octet) => sum * 256 + octet, 0);
  return { start: at + 1 + count, length, isShortest: octets[0] !== 0 && length >= indefinite };
}

function createNotBer(what: string, reason: string): ScepClientError {
  return new ScepClientError('malformedReply', `${what} is not BER, because ${reason}.`);
}
