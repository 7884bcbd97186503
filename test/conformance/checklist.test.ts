/**
 * Every row of the checklist has a test with its id here, or a reason in docs/rfc8894.md for having
 * none.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { sharedFile, sharedIsAbsent, skippedBecause } from './captures/shared-folder.ts';

const here = new URL('./', import.meta.url);
const conformance = readFileSync(new URL('../../docs/rfc8894.md', here), 'utf8');

/** The ids in the first cells of the rows. */
const rowsIn = (markdown: string): readonly string[] =>
  [...markdown.matchAll(/^\| ([CHGAMTKQRPS]-\d+) \|/gm)].map(([, id]) => id ?? '');

const namesOfTests = (): string =>
  readdirSync(here)
    .filter((file) => file.endsWith('.test.ts') && file !== 'checklist.test.ts')
    .map((file) => readFileSync(new URL(file, here), 'utf8'))
    .join('\n');

/** The ids at the start of a title, or of a row in a table of titles. */
const tested = (): ReadonlySet<string> =>
  new Set([...namesOfTests().matchAll(/['"]([CHGAMTKQRPS]-\d+)\b/g)].map(([, id]) => id ?? ''));

const [, reasons = ''] = conformance.split('\n## Rows without a test\n');

describe.skipIf(sharedIsAbsent)(`the checklist of RFC 8894${skippedBecause}`, () => {
  const checklist = Buffer.from(sharedIsAbsent ? [] : sharedFile('facts/rfc8894.md')).toString();
  const ids = rowsIn(checklist);

  it('is read completely', () => {
    expect(ids.length).toBeGreaterThan(95);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('is covered by a test or by a reason for every row', () => {
    const covered = new Set([...tested(), ...rowsIn(reasons)]);
    expect(ids.filter((id) => !covered.has(id))).toEqual([]);
  });

  it('is complete in the document', () => {
    const documented = new Set(rowsIn(conformance));
    expect(ids.filter((id) => !documented.has(id))).toEqual([]);
  });
});

/** The files in the rows, relative to lambda/ or to the root. */
const namedFiles = (): readonly string[] =>
  [...conformance.matchAll(/`([a-z0-9-]+(?:\/[a-z0-9-]+)*\.ts)`/g)].map(([, file]) => file ?? '');

describe('docs/rfc8894.md', () => {
  it('names existing files only', () => {
    expect(namedFiles().length).toBeGreaterThan(50);
    const roots = ['../../lambda/', '../../'].map((root) => new URL(root, here));
    const isThere = (file: string): boolean =>
      roots.some((root) => existsSync(new URL(file, root)));
    expect(namedFiles().filter((file) => !isThere(file))).toEqual([]);
  });

  it('gives no reason for a row that has a test', () => {
    expect(rowsIn(reasons).filter((id) => tested().has(id))).toEqual([]);
  });
});
