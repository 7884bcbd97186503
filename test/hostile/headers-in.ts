/** The position of an element's header: `at` is its tag, `start` its content. */
export interface Header {
  readonly at: number;
  readonly start: number;
  readonly depth: number;
}

/** Every header in a DER element, and in the DER inside its OCTET STRINGs. */
export function* headersIn(
  bytes: Uint8Array,
  from = 0,
  to = bytes.length,
  depth = 0,
): Iterable<Header> {
  for (let at = from; at < to; ) {
    const { start, end } = extentOf(bytes, at);
    yield { at, start, depth };
    const tag = bytes[at] ?? 0;
    if ((tag & 0x20) !== 0 || (tag === 0x04 && holdsDer(bytes, start, end)))
      yield* headersIn(bytes, start, end, depth + 1);
    at = end;
  }
}

function extentOf(bytes: Uint8Array, at: number): { start: number; end: number } {
  const first = bytes[at + 1] ?? 0;
  if (first < 0x80) return { start: at + 2, end: at + 2 + first };
  const start = at + 2 + (first & 0x7f);
  const length = bytes.subarray(at + 2, start).reduce((sum, octet) => sum * 256 + octet, 0);
  return { start, end: start + length };
}

const holdsDer = (bytes: Uint8Array, start: number, end: number): boolean =>
  bytes[start] === 0x30 && end - start > 16 && extentOf(bytes, start).end === end;
