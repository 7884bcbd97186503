/**
 * Readers of values from nodes. Each one throws `Malformed` with `what`, the name of the expected
 * part, for anything else.
 */
import { Malformed, type Node } from './read.ts';
import { tags } from './tags.ts';

/** The child elements of a node that must have this tag. */
export function readElements(node: Node | undefined, tag: number, what: string): readonly Node[] {
  return expect(node, tag, what).children;
}

/** The node itself, which must have this tag. */
export function expect(node: Node | undefined, tag: number, what: string): Node {
  if (node?.tag !== tag) throw new Malformed(what);
  return node;
}

/**
 * OIDs of CMS and X.509 have 12 octets at most, and those of Microsoft's certificate templates
 * about 30.
 */
const maxOidOctets = 64;

/**
 * An OBJECT IDENTIFIER in dotted form. Refuses padded arcs, arcs of 2^53 or more (CVE-2025-66030
 * was a truncated arc), and encodings of more than 64 octets.
 */
export function readOid(node: Node | undefined, what: string): string {
  const { content } = expect(node, tags.oid, what);
  if (content.length > maxOidOctets) throw new Malformed(what);
  let dotted = '';
  let arc = 0;
  for (const octet of content) {
    if (arc === 0 && octet === 0x80) throw new Malformed(what);
    arc = arc * 128 + (octet & 0x7f);
    if (!Number.isSafeInteger(arc)) throw new Malformed(what);
    if (octet & 0x80) continue;
    dotted = dotted === '' ? formatFirstArcs(arc) : `${dotted}.${arc}`;
    arc = 0;
  }
  if (dotted === '' || (content.at(-1) ?? 0) & 0x80) throw new Malformed(what);
  return dotted;
}

/** X.690 section 8.19.4: the first two arcs are one number. */
function formatFirstArcs(number: number): string {
  const top = Math.min(Math.floor(number / 40), 2);
  return `${top}.${number - top * 40}`;
}

/**
 * The octets of an OCTET STRING, which is primitive, or constructed of segments as iOS and jscep
 * send it.
 */
export function readOctets(node: Node | undefined, what: string): Uint8Array {
  if (node?.tag === tags.octetString) return node.content;
  if (node?.tag === tags.octetStringConstructed) return joinSegments(node, what);
  throw new Malformed(what);
}

/** The octets of an OCTET STRING under an implicit context tag, primitive or constructed. */
export function readImplicitOctets(node: Node | undefined, tag: number, what: string): Uint8Array {
  if (node?.tag === tag) return node.content;
  if (node?.tag === (tag | 0x20)) return joinSegments(node, what);
  throw new Malformed(what);
}

const joinSegments = (node: Node, what: string): Uint8Array =>
  Buffer.concat(node.children.map((segment) => readOctets(segment, what)));

/** The octets of a BIT STRING; refuses one that ends within an octet. */
export function readBits(node: Node | undefined, what: string): Uint8Array {
  const { content } = expect(node, tags.bitString, what);
  if (content[0] !== 0) throw new Malformed(what);
  return content.subarray(1);
}

const decoders: Readonly<Record<number, (octets: Uint8Array) => string>> = {
  [tags.utf8String]: (octets) => new TextDecoder('utf-8', { fatal: true }).decode(octets),
  [tags.printableString]: (octets) => Buffer.from(octets).toString('latin1'),
  [tags.ia5String]: (octets) => Buffer.from(octets).toString('latin1'),
  // As Latin-1, one character per octet, because these texts are compared and never displayed.
  [tags.t61String]: (octets) => Buffer.from(octets).toString('latin1'),
  [tags.bmpString]: (octets) => {
    if (octets.length % 2 !== 0) throw new Malformed('BMPString');
    return new TextDecoder('utf-16be', { fatal: true }).decode(octets);
  },
};

/**
 * The text of a password or an identifier. Types with one octet per character are read octet by
 * octet, because jscep writes every password as a PrintableString. Refuses types that hold no text,
 * and octets that are not valid UTF-8 or UTF-16. Names are read by `readString` (strings.ts).
 */
export function readText(node: Node | undefined, what: string): string {
  const decode = node && decoders[node.tag];
  if (node === undefined || decode === undefined) throw new Malformed(what);
  try {
    return decode(node.content);
  } catch {
    throw new Malformed(what);
  }
}

/**
 * A UTCTime or GeneralizedTime in epoch seconds. Refuses every form but that of RFC 5280 section
 * 4.1.2.5, which has seconds and is in UTC.
 */
export function readTime(node: Node | undefined, what: string): number {
  const text = Buffer.from(node?.content ?? new Uint8Array()).toString('latin1');
  const full =
    node?.tag === tags.utcTime ? `${Number(text.slice(0, 2)) < 50 ? 20 : 19}${text}` : text;
  const isTime = node?.tag === tags.utcTime || node?.tag === tags.generalizedTime;
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(full) ?? [];
  const milliseconds = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  if (!isTime || Number.isNaN(milliseconds)) throw new Malformed(what);
  return milliseconds / 1000;
}
