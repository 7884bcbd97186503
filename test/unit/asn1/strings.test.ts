import { describe, expect, it } from 'vitest';
import { Malformed, read } from '../../../lambda/asn1/read.ts';
import { decodeIa5, readString } from '../../../lambda/asn1/strings.ts';
import { octetString, stringTypes, tlv } from '../../support/kit/der.ts';

const text = (bytes: Uint8Array, utf8InPrintableString = false): string =>
  readString(read(bytes), 'a name', { utf8InPrintableString }).text;
const octets = (tag: number, hex: string): Uint8Array => tlv(tag, Buffer.from(hex, 'hex'));

describe('a name', () => {
  it.each([
    ['UTF8String', stringTypes.utf8('プリンタ 東京')],
    ['BMPString', stringTypes.bmp('プリンタ 東京')],
    ['UniversalString', stringTypes.universal('プリンタ 東京')],
  ])('in Japanese is read from a %s', (type, bytes) => {
    expect(readString(read(bytes), 'a name')).toEqual({ type, text: 'プリンタ 東京' });
  });

  it.each([
    ['Кириллица', 'Мск-7'],
    ['Greek', 'Αθήνα'],
    ['Hebrew', 'תל־אביב'],
    ['characters beyond the basic plane', '\u{20bb7}野家'],
  ])('in %s is read from a UniversalString', (_, name) => {
    expect(text(stringTypes.universal(name))).toBe(name);
  });

  it('in ASCII is read from every type', () => {
    for (const write of Object.values(stringTypes))
      expect(text(write('Printer 7'))).toBe('Printer 7');
  });

  it.each([
    ['UTF-8 in a PrintableString', octets(0x13, '5ac3bc72696368')],
    ['Latin-1 in a PrintableString', octets(0x13, '5afc72696368')],
    ['an underscore in a PrintableString', stringTypes.printable('AB_12')],
    ['UTF-8 in a T61String', octets(0x14, '5ac3bc72696368')],
    ['Latin-1 in a T61String', octets(0x14, '5afc72696368')],
    ['a diaeresis of T.61 in a T61String', octets(0x14, '5ac87572696368')],
    ['a dollar sign in a T61String, for which T.61 has the currency sign', stringTypes.t61('a$')],
    ['Latin-1 in an IA5String', octets(0x16, '5afc72696368')],
    ['a truncated sequence in a UTF8String', octets(0x0c, 'c3')],
    ['an overlong sequence in a UTF8String', octets(0x0c, 'c0af')],
    ['a surrogate in a UTF8String', octets(0x0c, 'eda080')],
    ['an odd octet in a BMPString', octets(0x1e, '004100')],
    ['a lone surrogate in a BMPString', octets(0x1e, 'd800')],
    ['a pair of surrogates in a BMPString', octets(0x1e, 'd842dfb7')],
    ['three octets in a UniversalString', octets(0x1c, '000041')],
    ['a surrogate in a UniversalString', octets(0x1c, '0000d800')],
    ['a number beyond Unicode in a UniversalString', octets(0x1c, '00110000')],
    ['an OCTET STRING', octetString(Uint8Array.of(65))],
    ['a NumericString', octets(0x12, '31')],
  ])('is refused with %s, and never read as other characters', (_, bytes) => {
    expect(() => text(bytes)).toThrow(Malformed);
    expect(() => text(bytes)).toThrow('a name');
  });

  it('keeps a byte order mark, so that policy refuses it', () => {
    expect(text(octets(0x0c, 'efbbbf41'))).toBe('\ufeffA');
    expect(text(octets(0x1e, 'feff0041'))).toBe('\ufeffA');
    expect(text(octets(0x1c, '0000feff00000041'))).toBe('\ufeffA');
  });

  it('with UTF-8 in a PrintableString is read if the connector declares the quirk', () => {
    expect(text(octets(0x13, '5ac3bc72696368'), true)).toBe('Zürich');
    expect(() => text(octets(0x13, '5afc72696368'), true)).toThrow(Malformed);
    expect(() => text(octets(0x14, '5ac3bc72696368'), true)).toThrow(Malformed);
  });

  it('in a general name is read if it is ASCII, and refused otherwise', () => {
    expect(decodeIa5(Buffer.from('a.example'))).toBe('a.example');
    expect(() => decodeIa5(Buffer.from('b\xfccher.example', 'latin1'))).toThrow(Malformed);
  });
});
