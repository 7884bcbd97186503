/** Reads BER into a tree, with the form of each length: what a comparison of messages needs. */

/** How a length is written: DER's shortest form, a longer one, or indefinite. */
type LengthForm = 'shortest' | 'long' | 'indefinite';

/** One element. `children` of a constructed one, without the octets that end it. */
export interface BerElement {
  readonly tag: number;
  readonly form: LengthForm;
  readonly content: Uint8Array;
  readonly children?: readonly BerElement[];
}

/** Reads the one element that the bytes are; throws where they are cut short or go on. */
export function readBer(bytes: Uint8Array): BerElement {
  const { element, end } = readElement(bytes, 0);
  if (end !== bytes.length) throw new Error('octets follow the element');
  return element;
}

interface Read {
  readonly element: BerElement;
  readonly end: number;
}

function readElement(bytes: Uint8Array, at: number): Read {
  const tag = bytes[at];
  if (tag === undefined) throw new Error('the element is cut short');
  const { start, length, form } = readLength(bytes, at + 1);
  const limit = length === undefined ? bytes.length : start + length;
  if (limit > bytes.length) throw new Error('the element is cut short');
  if ((tag & 0x20) === 0) {
    if (form === 'indefinite') throw new Error('a primitive element has an indefinite length');
    return { element: { tag, form, content: bytes.subarray(start, limit) }, end: limit };
  }
  const { children, end } = readChildren(bytes, { start, limit, ended: form === 'indefinite' });
  return { element: { tag, form, content: bytes.subarray(start, end), children }, end };
}

function readChildren(
  bytes: Uint8Array,
  { start, limit, ended }: { start: number; limit: number; ended: boolean },
): { children: readonly BerElement[]; end: number } {
  const children: BerElement[] = [];
  let at = start;
  while (at < limit) {
    if (ended && bytes[at] === 0 && bytes[at + 1] === 0) return { children, end: at + 2 };
    const { element, end } = readElement(bytes, at);
    children.push(element);
    at = end;
  }
  if (ended || at !== limit) throw new Error('the element is cut short');
  return { children, end: at };
}

function readLength(bytes: Uint8Array, at: number) {
  const first = bytes[at] ?? 0;
  if (first < 0x80) return { start: at + 1, length: first, form: 'shortest' as const };
  if (first === 0x80) return { start: at + 1, length: undefined, form: 'indefinite' as const };
  const octets = bytes.subarray(at + 1, at + 1 + (first & 0x7f));
  const length = octets.reduce((sum, octet) => sum * 256 + octet, 0);
  const isShortest = octets[0] !== 0 && length >= 0x80;
  const form = isShortest ? ('shortest' as const) : ('long' as const);
  return { start: at + 1 + octets.length, length, form };
}
