/**
 * Deterministic changes of bytes. The same seed gives the same message, so every finding can be
 * repeated.
 */

/** A generator of numbers from 0 to below a bound, from a seed (mulberry32). */
export function numbersFrom(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

/** Bytes that break parsers: tags, lengths and signs. */
const awkward = [
  0x00, 0x01, 0x7f, 0x80, 0x81, 0x84, 0xff, 0x04, 0x05, 0x06, 0x0c, 0x18, 0x1c, 0x1e, 0x24, 0x30,
  0x31, 0xa0,
];

/** One to three changes: a flipped bit, an awkward byte, or removed, repeated or replaced bytes. */
export function mutated(bytes: Uint8Array, number: (below: number) => number): Uint8Array {
  let result: Uint8Array = Uint8Array.from(bytes);
  for (let left = 1 + number(3); left > 0; left -= 1) result = changedOnce(result, number);
  return result;
}

function changedOnce(bytes: Uint8Array, number: (below: number) => number): Uint8Array {
  const at = number(bytes.length);
  const some = 1 + number(8);
  const before = bytes.subarray(0, at);
  switch (number(5)) {
    case 0:
      return Uint8Array.from(bytes, (byte, index) =>
        index === at ? byte ^ (1 << number(8)) : byte,
      );
    case 1: {
      const byte = awkward[number(awkward.length)] ?? 0;
      return Uint8Array.from(bytes, (old, index) => (index === at ? byte : old));
    }
    case 2:
      return Buffer.concat([before, bytes.subarray(at + some)]);
    case 3:
      return Buffer.concat([before, bytes.subarray(at, at + some), bytes.subarray(at)]);
    default: {
      const from = number(bytes.length);
      return Buffer.concat([before, bytes.subarray(from, from + some), bytes.subarray(at + some)]);
    }
  }
}
