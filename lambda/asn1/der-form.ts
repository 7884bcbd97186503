import type { Node } from './read.ts';
import { tags } from './tags.ts';
import { encodeTlv } from './write.ts';

/**
 * The DER form of an element that was read as BER: lengths are minimal, and every SET is sorted
 * (X.690 section 11.6). The content of primitive elements does not change.
 */
export function toDer({ tag, content, children }: Node): Uint8Array {
  if (children.length === 0) return encodeTlv(tag, content);
  const parts = children.map(toDer);
  return encodeTlv(tag, ...(tag === tags.set ? parts.toSorted(Buffer.compare) : parts));
}
