/** Reads the checklist, docs/rfc8894.md, and the ids of its rows in names of tests. */
import { readdirSync, readFileSync } from 'node:fs';

const here = new URL('./', import.meta.url);

/** The page. */
export const checklist = readFileSync(new URL('../../docs/rfc8894.md', here), 'utf8');

const [rows = '', reasons = ''] = checklist.split('\n## Rows without a test\n');

/** The ids of rows in a page, each in the first cell of its row. */
export const rowsIn = (markdown: string): readonly string[] =>
  [...markdown.matchAll(/^\| ([A-Z]-\d+) \|/gm)].map(([, id]) => id ?? '');

/** The ids of all rows of the checklist. */
export const idsOfRows = rowsIn(rows);

/** The ids of those that it gives a reason for, why they have no test. */
export const idsOfReasons = rowsIn(reasons);

/** The ids at the very start of a test's name, or of a row of a table of names. */
export const idsOfTests = (): readonly string[] =>
  readdirSync(here)
    .filter((file) => file.endsWith('.test.ts') && file !== 'checklist.test.ts')
    .map((file) => readFileSync(new URL(file, here), 'utf8'))
    .flatMap((text) => [...text.matchAll(/['"]([A-Z]-\d+)\b/g)].map(([, id]) => id ?? ''));
