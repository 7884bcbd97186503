import { describe, expect, it } from 'vitest';
import { Malformed, read } from '../../../lambda/asn1/read.ts';
import { readBits, readOctets, readOid, readText } from '../../../lambda/asn1/values.ts';
import { nested, toBer, withLongLength } from '../../support/kit/ber.ts';
import {
  asnNull,
  bitString,
  concat,
  indefinite,
  integer,
  octetString,
  oid,
  sequence,
  stringTypes,
  tlv,
} from '../../support/kit/der.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

describe('reading one element', () => {
  it('returns its bytes, its content and its children', () => {
    const element = sequence(integer(1), octetString(Uint8Array.of(7)));
    const node = read(element);
    expect([node.tag, hex(node.bytes), node.children.length]).toEqual([0x30, hex(element), 2]);
    expect(node.children.map(({ tag }) => tag)).toEqual([2, 4]);
  });

  it('rewrites an indefinite length, because DER is signed and compared', () => {
    const der = sequence(sequence(integer(1)), asnNull());
    const ber = indefinite(0x30, indefinite(0x30, integer(1)), asnNull());
    expect(hex(read(ber).bytes)).toBe(hex(der));
  });

  it('rewrites one inside a definite length, at any offset of its buffer', () => {
    const written = concat(Uint8Array.of(0x30, 6), indefinite(0x30, asnNull()));
    const expected = hex(sequence(sequence(asnNull())));
    const pooled = Buffer.from(hex(written), 'hex');
    expect([written, pooled].map((bytes) => hex(read(bytes).bytes))).toEqual([expected, expected]);
  });

  it('joins the segments of constructed strings of any size', () => {
    const octets = Uint8Array.from({ length: 50 }, (_, at) => at);
    for (const chunkBytes of [1, 7, 49, 50, 500])
      expect(hex(readOctets(read(toBer(octetString(octets), { chunkBytes })), 'octets'))).toBe(
        hex(octets),
      );
  });

  it.each<[string, Uint8Array]>([
    ['no bytes', new Uint8Array()],
    ['bytes after it', concat(asnNull(), Uint8Array.of(0))],
    ['a header alone', Uint8Array.of(0x30)],
    ['content that is missing', Uint8Array.of(0x30, 5, 5, 0)],
    ['33 levels', nested(33)],
    ['3,001 elements', sequence(...Array.from({ length: 3001 }, asnNull))],
    ['a long tag number', concat(Uint8Array.of(0x3f, 0x81, 0x01, 0x02), asnNull())],
  ])('refuses %s', (_, bytes) => {
    expect(() => read(bytes)).toThrow(Malformed);
  });

  it('throws Malformed and nothing else, whatever the tag and the content', () => {
    const contents = [
      '',
      '00',
      'ff',
      'ffffff',
      '3000',
      '30800000',
      '0500',
      '8080808080',
      '41424344',
    ];
    const others: string[] = [];
    for (let tag = 0; tag < 256; tag += 1)
      for (const content of contents) {
        const error = thrownBy(() => read(tlv(tag, Buffer.from(content, 'hex'))));
        if (error !== undefined && !(error instanceof Malformed))
          others.push(`${tag.toString(16)} ${content}: ${error}`);
      }
    expect(others).toEqual([]);
  });

  it('never quotes the bytes in its errors', () => {
    const error = thrownBy(() => read(concat(stringTypes.utf8('CHALLENGE'), asnNull())));
    expect(String(error)).not.toContain('CHALLENGE');
  });
});

const dottedOf = (bytes: Uint8Array) => readOid(read(bytes), 'oid');

describe('reading an object identifier', () => {
  it.each([
    '1.2.840.113549.1.7.2',
    '2.16.840.1.113733.1.9.2',
    '0.9.2342.19200300.100.1.25',
    '2.999.3',
  ])('%s', (dotted) => {
    const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
    const encoded =
      first === 2 && second > 39 ? tlv(6, Uint8Array.of(0x88, 0x37, ...rest)) : oid(dotted);
    expect(dottedOf(encoded)).toBe(dotted);
  });

  it.each<[string, number[]]>([
    ['without octets', []],
    ['with a padded arc', [0x2a, 0x80, 0x01]],
    ['that ends within an arc', [0x2a, 0x86]],
    ['with an arc of 2^63', [0x2a, 0x81, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00]],
  ])('refuses one %s', (_, octets) => {
    expect(() => dottedOf(tlv(6, Uint8Array.from(octets)))).toThrow(Malformed);
  });

  it('does not truncate an arc to 32 bits (CVE-2025-66030)', () => {
    const wrapped = [0x2a, 0x90, 0x80, 0x80, 0x86, 0x48];
    expect(
      thrownBy(() => dottedOf(tlv(6, Uint8Array.from(wrapped)))) ??
        dottedOf(tlv(6, Uint8Array.from(wrapped))),
    ).not.toBe('1.2.840');
  });
});

describe('reading values', () => {
  it('reads text of each type, and refuses octets that do not fit the type', () => {
    const textIn = (bytes: Uint8Array) => readText(read(bytes), 'text');
    expect(textIn(stringTypes.utf8('Süd'))).toBe('Süd');
    expect(textIn(stringTypes.bmp('Süd'))).toBe('Süd');
    expect(textIn(stringTypes.t61('S\xfcd'))).toBe('Süd');
    expect(textIn(stringTypes.printable('South'))).toBe('South');
    expect(() => textIn(tlv(0x0c, Uint8Array.of(0xc3)))).toThrow(Malformed);
    expect(() => textIn(tlv(0x1e, Uint8Array.of(0xd8, 0x00)))).toThrow(Malformed);
    expect(() => textIn(octetString(Uint8Array.of(65)))).toThrow(Malformed);
  });

  it('reads a BIT STRING of whole octets only', () => {
    expect(hex(readBits(read(bitString(Uint8Array.of(9))), 'bits'))).toBe('09');
    expect(() => readBits(read(bitString(Uint8Array.of(8), 3)), 'bits')).toThrow(Malformed);
  });

  it('accepts a length in more octets than needed', () => {
    expect(hex(readOctets(read(withLongLength(octetString(Uint8Array.of(1, 2)))), 'octets'))).toBe(
      '0102',
    );
  });
});

function thrownBy(act: () => unknown): unknown {
  try {
    act();
    return undefined;
  } catch (error) {
    return error;
  }
}
