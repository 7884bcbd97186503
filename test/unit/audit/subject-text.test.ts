import { describe, expect, it } from 'vitest';
import { formatSubject } from '../../../lambda/audit/subject-text.ts';

const text = (value: string) => formatSubject([{ type: 'CN', value }]);

describe('a subject as text', () => {
  it('has the most specific name first, as RFC 4514 requires', () => {
    const subject = [
      { type: 'C', value: 'CH' },
      { type: 'CN', value: 'device' },
    ];
    expect(formatSubject(subject)).toBe('CN=device,C=CH');
  });

  it.each([
    ['a,b+c"d\\e<f>g;h', 'CN=a\\,b\\+c\\"d\\\\e\\<f\\>g\\;h'],
    ['#hash', 'CN=\\#hash'],
    [' spaces ', 'CN=\\ spaces\\ '],
    ['\u001b[2J', 'CN=\\1b[2J'],
    ['a\u202eb', 'CN=a\\e2\\80\\aeb'],
    ['a\0b', 'CN=a\\00b'],
  ])('escapes %j', (value, expected) => {
    expect(text(value)).toBe(expected);
  });

  it('is cut to a bounded length', () => {
    expect(text('x'.repeat(10_000)).length).toBeLessThan(520);
  });
});
