/**
 * The reader of BER and DER for the request path: bytes become a tree of `Node`. It throws
 * `Malformed` and nothing else. It is hand-written, and a test over mutated messages checks it
 * against asn1js (docs/decisions/004-der-by-hand.md).
 */
import { encodeTlv } from './write.ts';

/**
 * The bytes do not have the expected structure. The message names the part and never quotes the
 * bytes, which can hold a challenge.
 */
export class Malformed extends Error {
  override readonly name = 'Malformed';
}

/**
 * One element: its whole encoding, its content octets, and its child elements if it is constructed.
 */
export interface Node {
  /**
   * The identifier octet. Tag numbers over 30, which need more octets, are refused: CMS has none.
   */
  readonly tag: number;
  readonly bytes: Uint8Array;
  readonly content: Uint8Array;
  readonly children: readonly Node[];
}

/**
 * The bounds of one message. A request holds fewer than 300 elements at 12 levels (measured on the
 * captures of Apple, Windows and jscep). Each level of nested indefinite lengths copies its content
 * once, and iOS and jscep nest six. `maxCopies` bounds the copied octets, as a multiple of the
 * message.
 */
const limits = { maxDepth: 32, maxElements: 3000, maxLengthOctets: 4, maxCopies: 10 };

/**
 * An element by its offsets in the message. Its views are made on demand, because most elements are
 * only skipped, and a view is slower to make than an element to read.
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
 * The position of the reader, and its costs so far: elements read, elements rewritten with a
 * definite length, and octets copied for that.
 */
interface Cursor {
  readonly bytes: Uint8Array;
  at: number;
  elements: number;
  rewritten: number;
  copied: number;
}

/**
 * Reads one element. Refuses bytes after it, more than 32 levels, more than 3,000 elements, and
 * indefinite lengths that copy more than ten times its size.
 */
export function read(bytes: Uint8Array): Node {
  const cursor: Cursor = { bytes, at: 0, elements: 0, rewritten: 0, copied: 0 };
  const node = readElement(cursor, bytes.length, 1);
  if (cursor.at !== bytes.length) throw new Malformed('bytes after the element');
  return node;
}

function readElement(cursor: Cursor, end: number, depth: number): Node {
  cursor.elements += 1;
  if (depth > limits.maxDepth || cursor.elements > limits.maxElements)
    throw new Malformed('too much');
  const start = cursor.at;
  const tag = readOctet(cursor, end);
  if ((tag & highTagNumber) === highTagNumber || tag === endOfContents) throw new Malformed('tag');
  const first = readOctet(cursor, end);
  if (first === indefinite) return readIndefinite(cursor, end, depth, tag);
  const length = first < indefinite ? first : readLongLength(cursor, end, first & 0x7f);
  const from = cursor.at;
  const to = from + length;
  if (to > end) throw new Malformed('length');
  const { rewritten } = cursor;
  const children = tag & constructed ? readElementsUntil(cursor, to, depth) : noChildren;
  // A child had an indefinite length, so the length of this element changes as well.
  if (cursor.rewritten > rewritten) return rewriteAsDefinite(cursor, tag, children);
  cursor.at = to;
  return new PlacedNode(tag, children, cursor.bytes, start, from, to);
}

const noChildren: readonly Node[] = [];

function readElementsUntil(cursor: Cursor, end: number, depth: number): Node[] {
  const children: Node[] = [];
  while (cursor.at < end) children.push(readElement(cursor, end, depth + 1));
  return children;
}

/**
 * Reads an element of indefinite length, which ends with two zero octets. iOS and jscep write it.
 */
function readIndefinite(cursor: Cursor, end: number, depth: number, tag: number): Node {
  if (!(tag & constructed)) throw new Malformed('an indefinite length of a primitive');
  const children: Node[] = [];
  while (cursor.bytes[cursor.at] !== endOfContents)
    children.push(readElement(cursor, end, depth + 1));
  cursor.at += 1;
  if (readOctet(cursor, end) !== 0) throw new Malformed('end of contents');
  return rewriteAsDefinite(cursor, tag, children);
}

/**
 * The element again with a definite length, because CMS signs DER. So no caller has to handle
 * indefinite lengths.
 */
function rewriteAsDefinite(cursor: Cursor, tag: number, children: readonly Node[]): Node {
  cursor.rewritten += 1;
  const content = Buffer.concat(children.map((child) => child.bytes));
  cursor.copied += content.length;
  if (cursor.copied > limits.maxCopies * cursor.bytes.length) throw new Malformed('too much');
  return { tag, bytes: encodeTlv(tag, content), content, children };
}

function readOctet(cursor: Cursor, end: number): number {
  const value = cursor.bytes[cursor.at];
  if (value === undefined || cursor.at >= end) throw new Malformed('truncated');
  cursor.at += 1;
  return value;
}

/** Padded lengths are accepted, because BER allows them. Lengths of over four octets are not. */
function readLongLength(cursor: Cursor, end: number, octets: number): number {
  if (octets > limits.maxLengthOctets) throw new Malformed('length');
  let length = 0;
  for (let count = 0; count < octets; count += 1) length = length * 256 + readOctet(cursor, end);
  return length;
}
