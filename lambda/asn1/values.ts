/**
 * From a node to a value: each reader names what it wants and throws `Malformed` when it is
 * something else.
 */
import { Malformed, type Node } from './read.ts';
import { tags } from './tags.ts';

/** The elements of a node of this tag. */
export function readElements(node: Node | undefined, tag: number, what: string): readonly Node[] {
  return expect(node, tag, what).children;
}

/** The node itself, if it has this tag. */
export function expect(node: Node | undefined, tag: number, what: string): Node {
  if (node?.tag !== tag) throw new Malformed(what);
  return node;
}

/**
 * The longest that CMS and X.509 need are 12 octets, and Microsoft's of certificate templates some
 * 30.
 */
const maxOidOctets = 64;

/**
 * An OBJECT IDENTIFIER in dotted form; refuses padded arcs, arcs over 2^53 (CVE-2025-66030 was a
 * truncated arc) and over 64 octets.
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
    dotted = dotted === '' ? firstArcs(arc) : `${dotted}.${arc}`;
    arc = 0;
  }
  if (dotted === '' || (content.at(-1) ?? 0) & 0x80) throw new Malformed(what);
  return dotted;
}

/** X.690 section 8.19.4: the first two arcs are one number. */
function firstArcs(number: number): string {
  const top = Math.min(Math.floor(number / 40), 2);
  return `${top}.${number - top * 40}`;
}

/**
 * The octets of an OCTET STRING in any form: primitive, or constructed of pieces as iOS and jscep
 * send it.
 */
export function readOctets(node: Node | undefined, what: string): Uint8Array {
  if (node?.tag === tags.octetString) return node.content;
  if (node?.tag === tags.octetStringConstructed) return pieces(node, what);
  throw new Malformed(what);
}

/** The octets of an OCTET STRING under an implicit context tag: primitive or constructed. */
export function readImplicitOctets(node: Node | undefined, tag: number, what: string): Uint8Array {
  if (node?.tag === tag) return node.content;
  if (node?.tag === (tag | 0x20)) return pieces(node, what);
  throw new Malformed(what);
}

const pieces = (node: Node, what: string): Uint8Array =>
  Buffer.concat(node.children.map((piece) => readOctets(piece, what)));

/** The content of a BIT STRING of whole octets. */
export function readBits(node: Node | undefined, what: string): Uint8Array {
  const { content } = expect(node, tags.bitString, what);
  if (content[0] !== 0) throw new Malformed(what);
  return content.subarray(1);
}

const decoders: Readonly<Record<number, (octets: Uint8Array) => string>> = {
  [tags.utf8String]: (octets) => new TextDecoder('utf-8', { fatal: true }).decode(octets),
  [tags.printableString]: (octets) => Buffer.from(octets).toString('latin1'),
  [tags.ia5String]: (octets) => Buffer.from(octets).toString('latin1'),
  // Read as Latin-1, one character for each octet: what is read here is compared, never shown.
  [tags.t61String]: (octets) => Buffer.from(octets).toString('latin1'),
  [tags.bmpString]: (octets) => {
    if (octets.length % 2 !== 0) throw new Malformed('BMPString');
    return new TextDecoder('utf-16be', { fatal: true }).decode(octets);
  },
};

/**
 * The text of a password or an identifier, octet by octet where its type has one octet for each
 * character: jscep writes every password as a PrintableString. Names are read by `readString`
 * (strings.ts). Refuses types that hold no text, and octets that are not UTF-8 or UTF-16.
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
 * A UTCTime or GeneralizedTime in the form of RFC 5280 4.1.2.5, to the second and in UTC; in epoch
 * seconds.
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
