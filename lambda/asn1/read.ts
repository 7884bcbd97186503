/**
 * Reading BER and DER: bytes become a tree of `Node`, and a handful of readers turn a node into a value or
 * refuse it. The only file on the hot path that knows asn1js. Throws `Malformed` and nothing else.
 */
import * as asn1js from 'asn1js';
import { tlv } from './write.ts';

/** The bytes are not what the structure asks for. Says where, never what: the bytes may hold a challenge. */
export class Malformed extends Error {
  override readonly name = 'Malformed';
}

/** One element: its whole encoding, its content octets, and its elements where it is constructed. */
export interface Node {
  /** The identifier octet; asn1js has refused what does not fit one (tag numbers over 30 are not in CMS). */
  readonly tag: number;
  readonly bytes: Uint8Array;
  readonly content: Uint8Array;
  readonly children: readonly Node[];
}

/**
 * What one message may cost: a request holds under 300 elements, 12 deep (measured on the captures of Apple, Windows
 * and jscep). asn1js's own defaults allow 10,000 elements.
 */
const limits = { maxDepth: 32, maxNodes: 3000, maxContentLength: 256 * 1024, parseEmbedded: false };

/** Reads one element; refuses bytes after it, more than 32 levels and more than 3,000 elements. */
export function read(bytes: Uint8Array): Node {
  const { offset, result } = asn1js.fromBER(bytes as Uint8Array<ArrayBuffer>, limits);
  if (offset !== bytes.length) throw new Malformed('not one ASN.1 element');
  return view(result);
}

function view(block: asn1js.AsnType | asn1js.BaseBlock): Node {
  const { tagClass, tagNumber, isConstructed } = block.idBlock;
  if (tagNumber > 30) throw new Malformed('a tag number over 30');
  const tag = ((tagClass - 1) << 6) | (isConstructed ? 0x20 : 0) | tagNumber;
  const bytes = block.valueBeforeDecodeView;
  const children = isConstructed ? childrenOf(block).map(view) : [];
  const received = bytes.subarray(headerLength(bytes));
  if (!block.lenBlock.isIndefiniteForm && children.every((child) => within(bytes, child.bytes)))
    return { tag, bytes, content: received, children };
  // CMS signs DER: an indefinite length is rewritten here, once, so that nobody else meets one (iOS, jscep).
  const content = Buffer.concat(children.map((child) => child.bytes));
  return { tag, bytes: tlv(tag, content), content, children };
}

function childrenOf(block: asn1js.AsnType | asn1js.BaseBlock): asn1js.BaseBlock[] {
  const { value } = block.valueBlock as { value?: asn1js.BaseBlock[] };
  return (value ?? []).filter((child) => !(child instanceof asn1js.EndOfContent));
}

/** One identifier octet, then the length: short, or long with its count in the low seven bits. */
const headerLength = (bytes: Uint8Array): number => {
  const length = bytes[1] ?? 0;
  return length < 0x80 ? 2 : 2 + (length & 0x7f);
};

const within = (outer: Uint8Array, inner: Uint8Array): boolean =>
  outer.buffer === inner.buffer &&
  inner.byteOffset >= outer.byteOffset &&
  inner.byteOffset + inner.length <= outer.byteOffset + outer.length;
