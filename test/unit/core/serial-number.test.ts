/** Every known form of a serial number is read as the same text. */
import { describe, expect, it } from 'vitest';
import {
  formatSerialWithColons,
  readSerial,
  requireSerial,
} from '../../../lambda/core/serial-number.ts';

describe('a serial number', () => {
  it.each([
    ['0A', '0a'],
    ['a', '0a'],
    ['00:0a:1B', '0a1b'],
    ['00E8CBD2', 'e8cbd2'],
    ['e8:cb:d2', 'e8cbd2'],
    ['5a4dbd24970cfb424c69099d27643287', '5a4dbd24970cfb424c69099d27643287'],
    ['5A4DBD24970CFB424C69099D27643287', '5a4dbd24970cfb424c69099d27643287'],
    [`00${'f'.repeat(40)}`, 'f'.repeat(40)],
  ])('is read from %s as %s', (text, serial) => {
    expect(readSerial(text)).toBe(serial);
    expect(requireSerial(text)).toBe(serial);
  });

  it.each(['', '0', '00', 'xyz', '0x0a', '1'.repeat(41), 'a b'])('is not read from %j', (text) => {
    expect(readSerial(text)).toBeUndefined();
    expect(() => requireSerial(text)).toThrow('SerialUnreadable');
  });

  it('is formatted with colons between its octets', () => {
    expect(formatSerialWithColons('e8cbd2')).toBe('e8:cb:d2');
    expect(formatSerialWithColons('0a')).toBe('0a');
  });
});
