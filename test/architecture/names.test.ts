/** What `npm run static` refuses: exported functions without a verb, and bounds without max or min. */
import { describe, expect, it } from 'vitest';
import { findBadNames } from './names.ts';

const badNamesIn = (source: string, file = 'lambda/policy/key.ts'): readonly string[] =>
  findBadNames(file, source).map(({ line, name }) => `${line} ${name}`);

describe('a name that a machine can check', () => {
  it.each([
    ['export function challengeOf(key: string): string {', '1 challengeOf'],
    ['export async function exchange() {', '1 exchange'],
    ['export const keyPatterns = (id: string): string => id;', '1 keyPatterns'],
    ['export const rows: Reader = async (id) => id;', '1 rows'],
    ['\n/** The most. */\nconst mostBytes = 1;', '3 mostBytes'],
    ['const limit = ({ most }: Limits) => 1;', '1 most'],
    ['interface Limits { readonly longestQuery?: number }', '1 longestQuery'],
  ])('is refused: %s', (source, found) => {
    expect(badNamesIn(source)).toEqual([found]);
  });

  it.each([
    'export function readChallenge(key: string): string {',
    'export const isOpen = (row: Row): boolean => true;',
    'export const toRowKey = (id: string): string => id;',
    "export const message = 'the most: longest, least';",
    '/** At most: mostBytes = 1. */ // least: 2',
    'const maxBytes = 1;',
    'function helper() {',
  ])('is accepted: %s', (source) => {
    expect(badNamesIn(source)).toEqual([]);
  });

  it('may be a noun if it builds what a test sends', () => {
    const source = 'export const pkcsReq = (csr: Csr): Uint8Array => csr;';
    expect(badNamesIn(source, 'test/support/kit/pkcs-req.ts')).toEqual([]);
  });

  it('is not ours to choose for the entry point of a function', () => {
    const source = 'export const handler = async () => {};';
    expect(badNamesIn(source, 'lambda/handlers/scep.ts')).toEqual([]);
    expect(badNamesIn(source, 'lambda/scep/enrol.ts')).toEqual(['1 handler']);
  });
});
