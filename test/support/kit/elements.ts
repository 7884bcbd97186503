import { concat } from './der.ts';

/** The elements directly inside one DER element, each with its header. */
export function children(element: Uint8Array): readonly Uint8Array[] {
  const parts: Uint8Array[] = [];
  for (let at = header(element, 0).start; at < element.length; ) {
    const { start, length } = header(element, at);
    parts.push(element.subarray(at, start + length));
    at = start + length;
  }
  return parts;
}

/** The content bytes of one DER element. */
export function contentOf(element: Uint8Array): Uint8Array {
  return element.subarray(header(element, 0).start);
}

/**
 * A copy of the bytes with one bit turned over, at an index from the start or (negative) the end.
 */
export function flipped(bytes: Uint8Array, index = -1): Uint8Array {
  const copy = concat(bytes);
  const at = index < 0 ? copy.length + index : index;
  copy[at] = (copy[at] ?? 0) ^ 1;
  return copy;
}

function header(bytes: Uint8Array, at: number): { start: number; length: number } {
  const first = bytes[at + 1] ?? 0;
  if (first < 0x80) return { start: at + 2, length: first };
  const octets = first & 0x7f;
  const length = bytes.subarray(at + 2, at + 2 + octets).reduce((sum, byte) => sum * 256 + byte, 0);
  return { start: at + 2 + octets, length };
}
