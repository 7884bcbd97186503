import * as asn1js from 'asn1js';
import { describe, expect, it } from 'vitest';
import { Malformed, type Node, read } from '../../../lambda/asn1/read.ts';
import { nested, toBer, withLongLength } from '../../support/kit/ber.ts';
import { octetString, sequence } from '../../support/kit/der.ts';
import { pkcsReq } from '../../support/kit/pkcs-req.ts';
import { testRa } from '../../support/kit/test-ra.ts';

const message = pkcsReq({ ra: testRa(), challenge: 'CHALLENGE' }).message;

/** Tags and contents of the leaves, in order. Both readers must agree on them. */
const leaves = ({ tag, content, children }: Node): string[] =>
  tag & 0x20 ? children.flatMap(leaves) : [`${tag} ${Buffer.from(content).toString('hex')}`];

/** The leaves of asn1js's tree. */
function leavesOf(block: asn1js.BaseBlock): string[] {
  const { tagClass, tagNumber, isConstructed } = block.idBlock;
  const { value } = block.valueBlock as { value?: asn1js.BaseBlock[] };
  if (isConstructed)
    return (value ?? []).filter((each) => !(each instanceof asn1js.EndOfContent)).flatMap(leavesOf);
  const bytes = block.valueBeforeDecodeView;
  const header = (bytes[1] ?? 0) < 0x80 ? 2 : 2 + ((bytes[1] ?? 0) & 0x7f);
  return [
    `${((tagClass - 1) << 6) | tagNumber} ${Buffer.from(bytes.subarray(header)).toString('hex')}`,
  ];
}

/** asn1js 3.1.0 refuses by its result, and some mutations by a RangeError or a plain Error. */
const byAsn1js = (bytes: Uint8Array): string[] | undefined => {
  try {
    const { offset, result } = asn1js.fromBER(Uint8Array.from(bytes), { parseEmbedded: false });
    return offset === bytes.length && !hidesPieces(result) ? leavesOf(result) : undefined;
  } catch {
    return undefined;
  }
};

function hasIndefinite(block: asn1js.BaseBlock): boolean {
  const value = (block.valueBlock as { value?: asn1js.BaseBlock[] } | undefined)?.value;
  // Its NULL has neither a length nor a value.
  const length = block.lenBlock as { isIndefiniteForm: boolean } | undefined;
  return length?.isIndefiniteForm || (Array.isArray(value) && value.some(hasIndefinite));
}

/**
 * Whether asn1js hides the parts of an element, so that it cannot be compared. It keeps only the
 * value of a constructed text or number. It reads a primitive SEQUENCE or SET, which BER forbids,
 * beyond its length.
 */
function hidesPieces(block: asn1js.BaseBlock): boolean {
  const { tagClass, tagNumber, isConstructed } = block.idBlock;
  if (!isConstructed) return tagClass === 1 && [16, 17].includes(tagNumber);
  const { value } = block.valueBlock as { value?: asn1js.BaseBlock[] };
  return !Array.isArray(value) || value.some(hidesPieces);
}

const byUs = (bytes: Uint8Array): string[] | undefined => {
  try {
    return leaves(read(bytes));
  } catch (error) {
    if (error instanceof Malformed) return undefined;
    throw error;
  }
};

/** A repeatable sequence of numbers below a bound. */
function dice(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state % below;
  };
}

describe('the reader', () => {
  it('reads a request as asn1js does', () => {
    expect(byUs(message)).toEqual(byAsn1js(message));
  });

  it('reads indefinite lengths as asn1js does, and rewrites them as definite', () => {
    const ber = toBer(message);
    expect(byUs(ber)).toEqual(byAsn1js(ber));
    const { result } = asn1js.fromBER(Uint8Array.from(read(ber).bytes), { parseEmbedded: false });
    expect(hasIndefinite(result)).toBe(false);
  });

  // asn1js also checks values such as times and UTF-8, which values.ts checks here.
  it('agrees with asn1js on all of 20,000 mutations that both accept', { timeout: 120_000 }, () => {
    const roll = dice(8894);
    const sources = [message, toBer(message)];
    let compared = 0;
    for (let round = 0; round < 20_000; round += 1) {
      const bytes = Uint8Array.from(sources[round % 2] ?? message);
      for (let change = roll(3); change >= 0; change -= 1) bytes[roll(bytes.length)] = roll(256);
      const [ours, theirs] = [byUs(bytes), byAsn1js(bytes)];
      if (ours === undefined || theirs === undefined) continue;
      compared += 1;
      expect(ours).toEqual(theirs);
    }
    expect(compared).toBeGreaterThan(1000);
  });

  it('accepts padded lengths, which BER allows', () => {
    expect(byUs(withLongLength(sequence(octetString(Uint8Array.of(1)))))).toEqual(['4 01']);
  });

  it.each([
    ['no bytes', []],
    ['a tag alone', [0x30]],
    ['a length beyond the end', [0x30, 0x03, 0x02, 0x01]],
    ['a child beyond its parent', [0x30, 0x02, 0x04, 0x01, 0x00]],
    ['bytes after the element', [0x05, 0x00, 0x00]],
    ['a tag number over 30', [0x1f, 0x1f, 0x00]],
    ['an end of contents without an open element', [0x30, 0x02, 0x00, 0x00]],
    ['an indefinite length of a primitive', [0x04, 0x80, 0x00, 0x00]],
    ['an indefinite length that never ends', [0x30, 0x80, 0x05, 0x00]],
    ['half an end of contents', [0x30, 0x80, 0x00]],
    ['an end of contents with a length', [0x30, 0x80, 0x00, 0x01, 0x00]],
    ['a length of five octets', [0x04, 0x85, 0, 0, 0, 0, 1, 0]],
    ['a length of four gigabytes', [0x04, 0x84, 0xff, 0xff, 0xff, 0xff]],
  ])('refuses %s', (_, bytes) => {
    expect(() => read(Uint8Array.from(bytes))).toThrow(Malformed);
  });

  it('refuses more than 32 levels and 3,000 elements', () => {
    expect(() => read(nested(31))).not.toThrow();
    expect(() => read(nested(1000))).toThrow(Malformed);
    expect(() => read(sequence(...Array(3000).fill(Uint8Array.of(5, 0))))).toThrow(Malformed);
  });
});
