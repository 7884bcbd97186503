/**
 * docs/rfc8894.md is the checklist. Each of its rows has a test here, or a reason why it has none,
 * and each row that a test names is there.
 */
import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { checklist, idsOfReasons, idsOfRows, idsOfTests } from './checklist.ts';

/** The files that rows name, from lambda/ or from the root on. */
const namedFiles = (): readonly string[] =>
  [...checklist.matchAll(/`([a-z0-9-]+(?:\/[a-z0-9-]+)*\.ts)`/g)].map(([, file]) => file ?? '');

describe('the checklist of RFC 8894', () => {
  it('has every row once', () => {
    expect(idsOfRows.length).toBeGreaterThan(95);
    expect(idsOfRows.filter((id, index) => idsOfRows.indexOf(id) !== index)).toEqual([]);
  });

  it('is covered: each row by a test, or by a reason why it has none', () => {
    const covered = new Set([...idsOfTests(), ...idsOfReasons]);
    expect(idsOfRows.filter((id) => !covered.has(id))).toEqual([]);
  });

  it('has each row that a test names', () => {
    expect(idsOfTests().filter((id) => !idsOfRows.includes(id))).toEqual([]);
  });

  it('has each row that it gives a reason for, and that row has no test', () => {
    const tested = new Set(idsOfTests());
    expect(idsOfReasons.filter((id) => tested.has(id) || !idsOfRows.includes(id))).toEqual([]);
  });

  it('names files that are there', () => {
    expect(namedFiles().length).toBeGreaterThan(50);
    const roots = ['../../lambda/', '../../'].map((root) => new URL(root, import.meta.url));
    const isThere = (file: string): boolean =>
      roots.some((root) => existsSync(new URL(file, root)));
    expect(namedFiles().filter((file) => !isThere(file))).toEqual([]);
  });
});
