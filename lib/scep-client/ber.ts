import { encodeElement, toSortedSet } from '../der/write.ts';
import { ScepClientError } from './errors.ts';

/**
 * BER as CMS allows it (RFC 5652 section 2), rewritten for readers of DER. The rewriting is apart
 * from the server's own (lambda/asn1), so that the client can check the server.
 */

const constructed = 0x20;
const octetString = 0x04;
const setOf = 0x31;
const indefinite = 0x80;
// Deep enough for a chain of certificates with every extension, shallow enough for the stack.
const maxDepth = 40;
const maxLengthOctets = 4;

/** Where an element lies, and how it is rewritten. */
interface Place {
  readonly end: number;
  readonly depth: number;
  readonly what: string;
}

/** An element rewritten, and where the next one starts. */
interface Rewritten {
  readonly bytes: Uint8Array;
  readonly next: number;
  readonly isChanged: boolean;
}

/**
 * The same element with definite lengths in their shortest form, and each OCTET STRING in one
 * piece: BouncyCastle servers write neither. What is signed in CMS and X.509 is DER, so signatures
 * hold. Refuses what is not BER, bytes after the end, and more than 40 levels.
 */
export function toDer(bytes: Uint8Array, what: string): Uint8Array {
  const place = { end: bytes.length, depth: 0, what };
  const element = rewrite(bytes, 0, place);
  if (element.next !== bytes.length) throw notBer(what, 'bytes follow its end');
  return element.bytes;
}

/**
 * The two encodings of signed attributes that a signature may be made over, as a SET OF: in the
 * order in which they came, as OpenSSL checks them, and in DER's (RFC 5652 section 5.4).
 */
export function listSignedEncodings(attributes: Uint8Array): readonly Uint8Array[] {
  const place = { end: attributes.length, depth: 0, what: 'The list of signed attributes' };
  const parts = rewriteAll(attributes, startOfContent(attributes), place).map(({ bytes }) => bytes);
  return [parts, toSortedSet(parts)].map((elements) => encodeElement(setOf, ...elements));
}

const startOfContent = (bytes: Uint8Array): number =>
  readLength(bytes, 1, { end: bytes.length, depth: 0, what: '' }).start;

function rewrite(bytes: Uint8Array, at: number, place: Place): Rewritten {
  const tag = bytes[at];
  if (tag === undefined || at + 2 > place.end) throw notBer(place.what, 'it is cut short');
  if ((tag & 0x1f) === 0x1f) throw notBer(place.what, 'it has a tag of several bytes');
  if (bytes[at + 1] === indefinite) return rewriteIndefinite(bytes, at, place);
  const { start, length, isShortest } = readLength(bytes, at + 1, place);
  const next = start + length;
  if (next > place.end) throw notBer(place.what, 'an element is longer than its surroundings');
  if ((tag & constructed) === 0) {
    const own = isShortest
      ? bytes.subarray(at, next)
      : encodeElement(tag, bytes.subarray(start, next));
    return { bytes: own, next, isChanged: !isShortest };
  }
  const parts = rewriteAll(bytes, start, { ...place, end: next });
  const isWhole = tag !== (octetString | constructed);
  const isChanged = !isShortest || !isWhole || parts.some((part) => part.isChanged);
  return {
    bytes: isChanged ? joined(tag, parts, place) : bytes.subarray(at, next),
    next,
    isChanged,
  };
}

/** The elements up to the end of the place. */
function rewriteAll(bytes: Uint8Array, start: number, place: Place): readonly Rewritten[] {
  const parts: Rewritten[] = [];
  let at = start;
  while (at < place.end) {
    const part = rewrite(bytes, at, deeper(place));
    parts.push(part);
    at = part.next;
  }
  return parts;
}

/** Two zero octets end it. */
function rewriteIndefinite(bytes: Uint8Array, from: number, place: Place): Rewritten {
  const tag = bytes[from] ?? 0;
  if ((tag & constructed) === 0) throw notBer(place.what, 'a primitive has an indefinite length');
  const parts: Rewritten[] = [];
  let at = from + 2;
  while (bytes[at] !== 0) {
    const part = rewrite(bytes, at, deeper(place));
    parts.push(part);
    at = part.next;
  }
  if (bytes[at + 1] !== 0 || at + 2 > place.end) throw notBer(place.what, 'it is cut short');
  return { bytes: joined(tag, parts, place), next: at + 2, isChanged: true };
}

/** A constructed element of its rewritten parts; of an OCTET STRING's parts, one OCTET STRING. */
function joined(tag: number, parts: readonly Rewritten[], { what }: Place): Uint8Array {
  const isString = tag === (octetString | constructed);
  if (!isString) return encodeElement(tag, ...parts.map(({ bytes }) => bytes));
  if (parts.some(({ bytes }) => bytes[0] !== octetString))
    throw notBer(what, 'an OCTET STRING has parts of another type');
  const contents = parts.map(({ bytes }) => bytes.subarray(startOfContent(bytes)));
  return encodeElement(octetString, ...contents);
}

function deeper(place: Place): Place {
  if (place.depth >= maxDepth) throw notBer(place.what, 'it is nested too deeply');
  return { ...place, depth: place.depth + 1 };
}

function readLength(bytes: Uint8Array, at: number, { what }: Place) {
  const first = bytes[at] ?? 0;
  if (first < indefinite) return { start: at + 1, length: first, isShortest: true };
  const count = first & 0x7f;
  const octets = bytes.subarray(at + 1, at + 1 + count);
  if (octets.length !== count || count > maxLengthOctets) throw notBer(what, 'a length is broken');
  const length = octets.reduce((sum, octet) => sum * 256 + octet, 0);
  return { start: at + 1 + count, length, isShortest: octets[0] !== 0 && length >= indefinite };
}

function notBer(what: string, why: string): ScepClientError {
  return new ScepClientError('malformedReply', `${what} is not BER: ${why}.`);
}
