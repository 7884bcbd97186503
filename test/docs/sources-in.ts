/** The text of sources. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

/** The TypeScript sources that match a pattern of paths from the repository's root, joined. */
export const sourcesIn = (pattern: string): string =>
  globSync(pattern, { cwd: root })
    .filter((path) => path.endsWith('.ts'))
    .toSorted()
    .map((path) => readFileSync(join(root, path), 'utf8'))
    .join('\n');

/** The distinct first groups of all matches, sorted. */
export const matchesIn = (text: string, pattern: RegExp): readonly string[] =>
  [...new Set([...text.matchAll(pattern)].map(([, group = '']) => group))].toSorted();
