/**
 * Writes DER (X.690) for the SCEP client, the local CA and the messages of the tests. All three
 * check lambda/asn1, so this file shares no code with it: a shared fault would hide in both. It
 * prefers short code to speed, because nothing here is on the request path.
 */

const base128Continues = 0x80;
const longForm = 0x80;

/** One element: a tag of one octet, the shortest definite length, and the joined content. */
export function encodeElement(tag: number, ...content: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(content);
  return Buffer.concat([Uint8Array.of(tag, ...encodeLength(body.length)), body]);
}

function encodeLength(length: number): readonly number[] {
  if (length < longForm) return [length];
  const octets: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) octets.unshift(rest % 256);
  return [longForm | octets.length, ...octets];
}

/** Sorts the elements of a SET OF by their encodings (X.690 section 11.6). */
export const toSortedSet = (elements: readonly Uint8Array[]): readonly Uint8Array[] =>
  elements.toSorted((one, other) => Buffer.compare(one, other));

/** An OBJECT IDENTIFIER from its dotted form; an arc can have any size. */
export function encodeOid(dotted: string): Buffer {
  const [root = 0n, second = 0n, ...arcs] = dotted.split('.').map(BigInt);
  return encodeElement(0x06, Uint8Array.from([root * 40n + second, ...arcs].flatMap(encodeArc)));
}

function encodeArc(arc: bigint): number[] {
  const octets = [Number(arc & 0x7fn)];
  for (let rest = arc >> 7n; rest > 0n; rest >>= 7n)
    octets.unshift(base128Continues | Number(rest & 0x7fn));
  return octets;
}

/** A Time: UTCTime until 2049, GeneralizedTime from 2050 (RFC 5280 section 4.1.2.5). */
export function encodeTime(date: Date): Buffer {
  const digits = date.toISOString().replaceAll(/[-:T]/g, '').slice(0, 14);
  return date.getUTCFullYear() < 2050
    ? encodeElement(0x17, Buffer.from(`${digits.slice(2)}Z`))
    : encodeElement(0x18, Buffer.from(`${digits}Z`));
}
