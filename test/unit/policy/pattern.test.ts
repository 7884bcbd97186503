import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchesAny } from '../../../lambda/policy/pattern.ts';

/** A slow but obvious definition: `*` matches nothing, or one character and then `*` again. */
function means(text: string, pattern: string): boolean {
  if (pattern === '') return text === '';
  if (pattern.startsWith('*'))
    return means(text, pattern.slice(1)) || (text !== '' && means(text.slice(1), pattern));
  return text !== '' && text[0] === pattern[0] && means(text.slice(1), pattern.slice(1));
}

const letters = (characters: string, maxLength: number) =>
  fc.array(fc.constantFrom(...characters), { maxLength }).map((parts) => parts.join(''));

describe('a pattern', () => {
  it('matches what the definition matches', () => {
    fc.assert(
      fc.property(letters('aab.', 9), letters('ab.**', 7), (text, pattern) => {
        expect(matchesAny(text, [pattern])).toBe(means(text, pattern));
      }),
      { numRuns: 3000 },
    );
  });

  it('matches as one of several', () => {
    fc.assert(
      fc.property(
        letters('ab', 4),
        fc.array(letters('ab*', 4), { maxLength: 4 }),
        (text, patterns) => {
          expect(matchesAny(text, patterns)).toBe(patterns.some((one) => means(text, one)));
        },
      ),
    );
  });

  it.each([
    ['ab', 'ab*ab', false],
    ['aba', 'ab*ba', false],
    ['', '*', true],
    ['a', '**', true],
    ['a.example.evil', '*.example', false],
    ['xa.example', 'a.example', false],
    ['a.example\nb', 'a.example*', true],
    ['A.EXAMPLE', 'a.example', false],
    ['a+', 'a+', true],
    ['aa', 'a+', false],
    ['axb', 'a.b', false],
  ])('matches %j by %j: %s', (text, pattern, expected) => {
    expect(matchesAny(text, [pattern])).toBe(expected);
  });

  it('is needed: an empty list matches nothing', () => {
    expect(matchesAny('', [])).toBe(false);
  });

  it('fails within 100 ms of CPU, however many stars it has', () => {
    const before = process.cpuUsage();
    expect(matchesAny('a'.repeat(1000), [`${'*a'.repeat(200)}*b`])).toBe(false);
    expect(process.cpuUsage(before).user / 1000).toBeLessThan(100);
  });
});
