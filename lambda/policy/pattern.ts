import type { Pattern } from './profile.ts';

/**
 * Whether a whole text matches one of the patterns. `*` stands for any characters, and all others
 * for themselves. No regular expression is involved, so no ReDoS is possible.
 */
export const matchesAny = (text: string, patterns: readonly Pattern[]): boolean =>
  patterns.some((pattern) => matches(text, pattern));

function matches(text: string, pattern: Pattern): boolean {
  const [head = '', ...pieces] = pattern.split('*');
  const tail = pieces.pop();
  if (tail === undefined) return text === pattern;
  if (!text.startsWith(head) || !text.endsWith(tail)) return false;
  let at = head.length;
  for (const piece of pieces) {
    const found = text.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return at <= text.length - tail.length;
}
