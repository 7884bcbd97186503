/** Compares the table of names with its page, docs/names.md. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  alternativeNameKinds,
  getKindRow,
  toGeneralName,
} from '../../../lambda/names/alternative-name-kinds.ts';
import { findPatternFault } from '../../../lambda/names/name-rule.ts';
import { getAttributeRow, knownAttributes } from '../../../lambda/names/subject-attributes.ts';

const page = readFileSync('docs/names.md', 'utf8').split('\n');

/** The cells of the rows that begin with a name in backquotes. */
const rowsOf = (names: readonly string[]): readonly string[] =>
  page.filter((line) => names.some((name) => line.startsWith(`| \`${name}\``)));

describe('docs/names.md', () => {
  it('has every attribute with its OID, its value and its member', () => {
    const written = knownAttributes.map((name) => {
      const { oid, description, member, repeatable, namesHolder } = getAttributeRow(name) ?? {
        oid: '',
      };
      const marks = `${namesHolder ? ' *' : ''}${repeatable ? ' (repeatable)' : ''}`;
      const carried = member === undefined ? 'a custom attribute' : `\`${member}\``;
      return `| \`${name}\`${marks} | ${oid} | ${description} | ${carried} |`;
    });
    const attributes = rowsOf(knownAttributes).filter((line) => /\| [\d.]+ \|/.test(line));
    expect(attributes).toEqual(written);
  });

  it('has every kind of alternative name with its value and its member', () => {
    const written = alternativeNameKinds.map((kind) => {
      const [member] = Object.keys(toGeneralName(kind, 'x'));
      return `| \`${kind}\` | ${getKindRow(kind)?.description} | \`${member}\` |`;
    });
    expect(rowsOf(alternativeNameKinds).slice(0, written.length)).toEqual(written);
  });
});

describe('a pattern', () => {
  it.each([
    ['CN', '*'],
    ['CN', `${'x'.repeat(64)}*`],
    ['C', 'D*'],
    ['serialNumber', 'AB-*'],
    ['emailAddress', '*@example.com'],
  ])('for %s can match: %s', (name, pattern) => {
    expect(findPatternFault(pattern, getAttributeRow(name) ?? never())).toBeUndefined();
  });

  it.each([
    ['CN', ''],
    ['CN', ' a'],
    ['CN', `${'x'.repeat(65)}*`],
    ['CN', 'a\u202e*'],
    ['C', 'D'],
    ['emailAddress', 'nobody'],
    ['DC', 'm\xfcn*'],
  ])('for %s can never match: %j', (name, pattern) => {
    expect(findPatternFault(pattern, getAttributeRow(name) ?? never())).toEqual(expect.any(String));
  });
});

function never(): never {
  throw new Error('not in the table');
}
