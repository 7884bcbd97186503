import { concat, indefinite, octetString, tlv } from './der.ts';
import { children, contentOf } from './elements.ts';

/** How far toBer() goes. */
export interface BerOptions {
  /** Bytes in each part of a split OCTET STRING. */
  readonly chunkBytes?: number;
  /** Levels of nesting that get indefinite lengths; deeper elements stay as they are. */
  readonly depth?: number;
}

/**
 * Rewrites DER as BER: indefinite lengths on the outer constructed elements, and the OCTET STRINGs
 * (and [0] ciphertexts) there split into constructed ones, as jscep and iOS send them. Signed bytes
 * (certificates, signedAttrs, what is inside OCTET STRINGs) are left as they are, so signatures
 * hold.
 */
export function toBer(
  der: Uint8Array,
  { chunkBytes = 500, depth = 8 }: BerOptions = {},
): Uint8Array {
  const tag = der[0] ?? 0;
  if (depth === 0) return der;
  if (tag === 0x04) return split(0x24, contentOf(der), chunkBytes);
  if (tag === 0x80) return split(0xa0, contentOf(der), chunkBytes);
  if (tag !== 0x30 && tag !== 0xa0) return der;
  if (isAlgorithm(der)) return der;
  if (isCertificateSet(der)) return indefinite(tag, ...children(der));
  const inner = { chunkBytes, depth: depth - 1 };
  return indefinite(tag, ...children(der).map((child) => toBer(child, inner)));
}

/** Writes an element's length in more octets than needed (BER allows it, DER does not). */
export function withLongLength(element: Uint8Array, octets = 4): Uint8Array {
  const content = contentOf(element);
  const length = new Uint8Array(octets);
  for (let at = octets - 1, rest = content.length; at >= 0; at--, rest = Math.floor(rest / 256)) {
    length[at] = rest % 256;
  }
  return concat(element.subarray(0, 1), Uint8Array.of(0x80 | octets), length, content);
}

/** A nest of constructed elements that deep: what a parser without a limit falls over. */
export function nested(depth: number, tag = 0x30): Uint8Array {
  let element = tlv(0x05);
  for (let level = 0; level < depth; level++) element = tlv(tag, element);
  return element;
}

function split(tag: number, bytes: Uint8Array, chunkBytes: number): Uint8Array {
  const parts: Uint8Array[] = [];
  for (let at = 0; at < bytes.length || at === 0; at += chunkBytes) {
    parts.push(octetString(bytes.subarray(at, at + chunkBytes)));
  }
  return indefinite(tag, ...parts);
}

// [0] with certificates: its first child is SEQUENCE { SEQUENCE { .. }, .. } of a signed structure.
function isCertificateSet(element: Uint8Array): boolean {
  if (element[0] !== 0xa0) return false;
  const first = children(element)[0];
  if (first?.[0] !== 0x30) return false;
  const [body, algorithm, signature] = children(first);
  return body?.[0] === 0x30 && algorithm?.[0] === 0x30 && signature?.[0] === 0x03;
}

// An AlgorithmIdentifier: no sender is known to split an IV.
function isAlgorithm(element: Uint8Array): boolean {
  const [first, second, ...rest] = children(element);
  return first?.[0] === 0x06 && second?.[0] !== 0xa0 && rest.length === 0;
}

/**
 * Rewrites DER as far from it as BER goes: every constructed element has an indefinite length, and
 * every OCTET STRING is split. Certificates and what is signed hold once they are DER again.
 */
export function toBerThroughout(der: Uint8Array, chunkBytes = 500): Uint8Array {
  const tag = der[0] ?? 0;
  if (tag === 0x04) return split(0x24, contentOf(der), chunkBytes);
  if ((tag & 0x20) === 0) return der;
  return indefinite(tag, ...children(der).map((child) => toBerThroughout(child, chunkBytes)));
}

/** Writes every length in four octets. */
export function withLongLengths(der: Uint8Array): Uint8Array {
  const tag = der[0] ?? 0;
  if ((tag & 0x20) === 0) return withLongLength(der);
  return withLongLength(tlv(tag, ...children(der).map(withLongLengths)));
}
