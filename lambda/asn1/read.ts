/**
 * Reading BER and DER on the hot path: bytes become a tree of `Node`. Throws `Malformed` and
 * nothing else. By hand, and held to asn1js by a test over mutated messages:
 * docs/decisions/004-der-by-hand.md has the figures.
 */
import { encodeTlv } from './write.ts';

/**
 * The bytes are not what the structure asks for. Says where, never what: the bytes may hold a
 * challenge.
 */
export class Malformed extends Error {
  override readonly name = 'Malformed';
}

/**
 * One element: its whole encoding, its content octets, and its elements where it is constructed.
 */
export interface Node {
  /** The identifier octet. Tag numbers over 30, which take more, are not in CMS and are refused. */
  readonly tag: number;
  readonly bytes: Uint8Array;
  readonly content: Uint8Array;
  readonly children: readonly Node[];
}

/**
 * What one message may cost: a request holds under 300 elements, 12 deep (measured on the captures
 * of Apple, Windows and jscep). `copies`: an indefinite length inside another is written anew once
 * a level; iOS and jscep nest six.
 */
const limits = { depth: 32, elements: 3000, lengthOctets: 4, copies: 10 };

/**
 * An element where it lies: most are only passed by, and a view of octets takes longer to make than
 * an element to read.
 */
class PlacedNode implements Node {
  readonly tag: number;
  readonly children: readonly Node[];
  private readonly source: Uint8Array;
  private readonly start: number;
  private readonly from: number;
  private readonly to: number;

  constructor(
    tag: number,
    children: readonly Node[],
    source: Uint8Array,
    start: number,
    from: number,
    to: number,
  ) {
    this.tag = tag;
    this.children = children;
    this.source = source;
    this.start = start;
    this.from = from;
    this.to = to;
  }

  get bytes(): Uint8Array {
    return this.source.subarray(this.start, this.to);
  }

  get content(): Uint8Array {
    return this.source.subarray(this.from, this.to);
  }
}

const constructed = 0x20;
const highTagNumber = 0x1f;
const endOfContents = 0;
const indefinite = 0x80;

/**
 * Where reading is, how many elements it has cost, how many of them had to be written anew, and in
 * how many octets.
 */
interface Cursor {
  readonly bytes: Uint8Array;
  at: number;
  elements: number;
  rewritten: number;
  copied: number;
}

/**
 * Reads one element; refuses bytes after it, more than 32 levels, 3,000 elements, and ten copies of
 * it in indefinite lengths.
 */
export function read(bytes: Uint8Array): Node {
  const cursor: Cursor = { bytes, at: 0, elements: 0, rewritten: 0, copied: 0 };
  const node = element(cursor, bytes.length, 1);
  if (cursor.at !== bytes.length) throw new Malformed('bytes after the element');
  return node;
}

function element(cursor: Cursor, end: number, depth: number): Node {
  cursor.elements += 1;
  if (depth > limits.depth || cursor.elements > limits.elements) throw new Malformed('too much');
  const start = cursor.at;
  const tag = octet(cursor, end);
  if ((tag & highTagNumber) === highTagNumber || tag === endOfContents) throw new Malformed('tag');
  const first = octet(cursor, end);
  if (first === indefinite) return indefiniteElement(cursor, end, depth, tag);
  const length = first < indefinite ? first : longLength(cursor, end, first & 0x7f);
  const from = cursor.at;
  const to = from + length;
  if (to > end) throw new Malformed('length');
  const { rewritten } = cursor;
  const children = tag & constructed ? elementsUntil(cursor, to, depth) : none;
  // Where a length below was indefinite, this one has to be counted anew.
  if (cursor.rewritten > rewritten) return definite(cursor, tag, children);
  cursor.at = to;
  return new PlacedNode(tag, children, cursor.bytes, start, from, to);
}

const none: readonly Node[] = [];

function elementsUntil(cursor: Cursor, end: number, depth: number): Node[] {
  const children: Node[] = [];
  while (cursor.at < end) children.push(element(cursor, end, depth + 1));
  return children;
}

/** Indefinite lengths, as iOS and jscep write them, end with two zero octets. */
function indefiniteElement(cursor: Cursor, end: number, depth: number, tag: number): Node {
  if (!(tag & constructed)) throw new Malformed('an indefinite length of a primitive');
  const children: Node[] = [];
  while (cursor.bytes[cursor.at] !== endOfContents) children.push(element(cursor, end, depth + 1));
  cursor.at += 1;
  if (octet(cursor, end) !== 0) throw new Malformed('end of contents');
  return definite(cursor, tag, children);
}

/**
 * CMS signs DER: what came with an indefinite length is written anew, once, so that nobody above
 * meets one.
 */
function definite(cursor: Cursor, tag: number, children: readonly Node[]): Node {
  cursor.rewritten += 1;
  const content = Buffer.concat(children.map((child) => child.bytes));
  cursor.copied += content.length;
  if (cursor.copied > limits.copies * cursor.bytes.length) throw new Malformed('too much');
  return { tag, bytes: encodeTlv(tag, content), content, children };
}

function octet(cursor: Cursor, end: number): number {
  const value = cursor.bytes[cursor.at];
  if (value === undefined || cursor.at >= end) throw new Malformed('truncated');
  cursor.at += 1;
  return value;
}

/** Longer than need be is BER; longer than four octets is no message of ours. */
function longLength(cursor: Cursor, end: number, octets: number): number {
  if (octets > limits.lengthOctets) throw new Malformed('length');
  let length = 0;
  for (let count = 0; count < octets; count += 1) length = length * 256 + octet(cursor, end);
  return length;
}
