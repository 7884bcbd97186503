const stringTags = new Set([0x03, 0x04, 0x0c, 0x12, 0x13, 0x14, 0x16, 0x1a, 0x1b, 0x1c, 0x1e]);
// Deep enough for a chain of certificates with every extension, shallow enough for the stack.
const depthLimit = 40;

/**
 * Refuses what is BER but not DER (X.690 10 and 11), or trails off: indefinite and long lengths,
 * constructed strings, padded INTEGERs, BOOLEANs other than 00 and FF, bytes after the end. The
 * order of SETs is not looked at: certificates are deliberately not sorted (the leaf comes first).
 */
export function requireDer(bytes: Uint8Array, what: string): void {
  const end = checkElement(bytes, 0, bytes.length, { what, depth: 0 });
  if (end !== bytes.length) throw notDer(what, 'bytes follow its end');
}

interface Place {
  readonly what: string;
  readonly depth: number;
}

function checkElement(bytes: Uint8Array, at: number, limit: number, place: Place): number {
  const tag = bytes[at];
  if (tag === undefined || at + 2 > limit) throw notDer(place.what, 'it is cut short');
  if ((tag & 0x1f) === 0x1f) throw notDer(place.what, 'it has a tag of several bytes');
  const { start, length } = readLength(bytes, at + 1, place.what);
  const end = start + length;
  if (end > limit) throw notDer(place.what, 'an element is longer than its surroundings');
  if ((tag & 0x20) === 0) {
    checkPrimitive(tag, bytes.subarray(start, end), place.what);
    return end;
  }
  if (stringTags.has(tag & ~0x20)) throw notDer(place.what, 'a string is constructed of parts');
  if (place.depth >= depthLimit) throw notDer(place.what, 'it is nested too deeply');
  const inside = { ...place, depth: place.depth + 1 };
  let next = start;
  while (next < end) next = checkElement(bytes, next, end, inside);
  return end;
}

function readLength(bytes: Uint8Array, at: number, what: string) {
  const first = bytes[at] ?? 0;
  if (first < 0x80) return { start: at + 1, length: first };
  if (first === 0x80) throw notDer(what, 'a length is indefinite');
  const octets = bytes.subarray(at + 1, at + 1 + (first & 0x7f));
  if (octets.length !== (first & 0x7f) || octets.length > 4)
    throw notDer(what, 'a length is broken');
  const length = octets.reduce((sum, octet) => sum * 256 + octet, 0);
  if (octets[0] === 0 || length < 0x80) throw notDer(what, 'a length is not the shortest form');
  return { start: at + 1 + octets.length, length };
}

function checkPrimitive(tag: number, content: Uint8Array, what: string): void {
  const [first, second = 0] = content;
  if (tag === 0x01 && (content.length !== 1 || (first !== 0 && first !== 0xff))) {
    throw notDer(what, 'a BOOLEAN is neither 00 nor FF');
  }
  if (tag !== 0x02) return;
  const padded = (first === 0 && second < 0x80) || (first === 0xff && second >= 0x80);
  if (content.length === 0 || (content.length > 1 && padded)) {
    throw notDer(what, 'an INTEGER is not the shortest form');
  }
}

function notDer(what: string, why: string): Error {
  return new Error(`${what} is not DER: ${why}.`);
}
