/**
 * Every row of the checklist has a test of its name here, or a reason in docs/rfc8894.md why there
 * is none.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { sharedFile, sharedIsAbsent, skippedBecause } from './captures/shared-folder.ts';

const here = new URL('./', import.meta.url);
const conformance = readFileSync(new URL('../../docs/rfc8894.md', here), 'utf8');

/** The ids of these families, each the first cell of a row. */
const rowsIn = (markdown: string): readonly string[] =>
  [...markdown.matchAll(/^\| ([CHGAMTKQRPS]-\d+) \|/gm)].map(([, id]) => id ?? '');

const namesOfTests = (): string =>
  readdirSync(here)
    .filter((file) => file.endsWith('.test.ts') && file !== 'checklist.test.ts')
    .map((file) => readFileSync(new URL(file, here), 'utf8'))
    .join('\n');

/** An id at the very start of a name, or of a row of a table of names. */
const tested = (): ReadonlySet<string> =>
  new Set([...namesOfTests().matchAll(/['"]([CHGAMTKQRPS]-\d+)\b/g)].map(([, id]) => id ?? ''));

const [, reasons = ''] = conformance.split('\n## Rows without a test\n');

describe.skipIf(sharedIsAbsent)(`the checklist of RFC 8894${skippedBecause}`, () => {
  const checklist = Buffer.from(sharedIsAbsent ? [] : sharedFile('facts/rfc8894.md')).toString();
  const ids = rowsIn(checklist);

  it('is read whole', () => {
    expect(ids.length).toBeGreaterThan(95);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('is covered: each row by a test, or by a reason why there is none', () => {
    const covered = new Set([...tested(), ...rowsIn(reasons)]);
    expect(ids.filter((id) => !covered.has(id))).toEqual([]);
  });

  it('is the whole of the document: each row is there', () => {
    const documented = new Set(rowsIn(conformance));
    expect(ids.filter((id) => !documented.has(id))).toEqual([]);
  });
});

/** The files that rows name, from lambda/ or from the root on. */
const namedFiles = (): readonly string[] =>
  [...conformance.matchAll(/`([a-z0-9-]+(?:\/[a-z0-9-]+)*\.ts)`/g)].map(([, file]) => file ?? '');

describe('docs/rfc8894.md', () => {
  it('names files that are there', () => {
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
