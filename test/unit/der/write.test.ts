/**
 * The writer is checked against asn1js, because several other tests only compare it with itself.
 */
import * as asn1js from 'asn1js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeElement, encodeOid, encodeTime, toSortedSet } from '../../../lib/der/write.ts';

const hex = (bytes: Uint8Array | ArrayBuffer): string =>
  Buffer.from(bytes as Uint8Array).toString('hex');

describe('an element', () => {
  it.each([0, 1, 127, 128, 255, 256, 65_535, 65_536, 2 ** 24])(
    'of %i octets has the length octets of asn1js',
    (length) => {
      const content = new Uint8Array(length).fill(7);
      const expected = new asn1js.OctetString({ valueHex: content }).toBER();
      expect(Buffer.compare(encodeElement(0x04, content), Buffer.from(expected))).toBe(0);
    },
  );

  it('joins its parts in their order', () => {
    expect(hex(encodeElement(0x30, Uint8Array.of(5, 0), Uint8Array.of(1, 1, 255)))).toBe(
      '300505000101ff',
    );
  });
});

describe('a SET OF', () => {
  it('is sorted by its encoded elements, and the input stays as it is', () => {
    const elements = [[4, 1, 2], [4, 1, 1], [2, 1, 9], [4]].map((octets) =>
      Uint8Array.from(octets),
    );
    expect(toSortedSet(elements).map(hex)).toEqual(['020109', '04', '040101', '040102']);
    expect(hex(elements[0] ?? new Uint8Array())).toBe('040102');
  });
});

describe('an OBJECT IDENTIFIER', () => {
  it.each(['1.2.840.113549.1.9.7', '2.5.29.17', '0.9.2342.19200300.100.1.25', '2.999.3'])(
    '%s is written as asn1js writes it',
    (dotted) => {
      const expected = new asn1js.ObjectIdentifier({ value: dotted }).toBER();
      expect(hex(encodeOid(dotted))).toBe(hex(expected));
    },
  );

  it('is written as asn1js writes it for any arcs', () => {
    const arcs = fc.array(fc.nat(), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(arcs, (rest) => {
        const dotted = ['1.2', ...rest].join('.');
        expect(hex(encodeOid(dotted))).toBe(
          hex(new asn1js.ObjectIdentifier({ value: dotted }).toBER()),
        );
      }),
    );
  });

  it('holds an arc of 128 bits, such as a UUID', () => {
    expect(hex(encodeOid('2.25.340282366920938463463374607431768211455'))).toBe(
      `061469${'83'}${'ff'.repeat(17)}7f`,
    );
  });
});

describe('a Time', () => {
  it.each([
    ['2049-12-31T23:59:59Z', '170d3439313233313233353935395a'],
    ['2050-01-01T00:00:00Z', '180f32303530303130313030303030305a'],
  ])('at %s has the type that RFC 5280 requires', (text, expected) => {
    expect(hex(encodeTime(new Date(text)))).toBe(expected);
  });
});
