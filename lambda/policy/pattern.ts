import type { Pattern } from './profile.ts';

/**
 * Whether a whole text matches one of the patterns. `*` is any characters. There is no other
 * metacharacter and no regular expression, so no ReDoS.
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
