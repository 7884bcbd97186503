/** Internal errors have one class and one closed list of codes, and the log shows the code. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { describeForLog, Fault, isFault, Refusal } from '../../../lambda/core/errors.ts';

/** Every source of lambda/ by its path, without comments. */
const sources = new Map(
  readdirSync('lambda', { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => [file, removeComments(readFileSync(`lambda/${file}`, 'utf8'))]),
);

function removeComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
}

/** The union is a type, so its members are read from its source. */
function readDeclaredCodes(): readonly string[] {
  const union =
    /export type FaultCode =([^;]*);/.exec(sources.get('core/errors.ts') ?? '')?.[1] ?? '';
  return [...union.matchAll(/'(\w+)'/g)].map(([, code = '']) => code);
}

/** The text of every file, without the union itself and without the calls of `isFault`. */
const thrown = [...sources]
  .filter(([file]) => file !== 'core/errors.ts')
  .map(([, text]) => text.replace(/isFault\(\s*\w+,\s*'\w+'/g, ''))
  .join('\n');

describe('the codes of internal errors', () => {
  it('are read from the union', () => {
    expect(readDeclaredCodes()).toContain('DependencyTimeout');
    expect(readDeclaredCodes().length).toBeGreaterThan(30);
  });

  it('are all thrown somewhere', () => {
    expect(readDeclaredCodes().filter((code) => !thrown.includes(`'${code}'`))).toEqual([]);
  });

  it('are thrown as faults, and never as errors of another class', () => {
    const coded = /new (?!Fault|Refusal|HttpFault|AdminFault)\w*Error\(\s*['"`][A-Z]\w+['"`]/;
    expect([...sources].filter(([, text]) => coded.test(text)).map(([file]) => file)).toEqual([]);
  });

  it('have one class, beside the classes for answers and for parsers', () => {
    const classes = [...sources.values()].flatMap((text) =>
      [...text.matchAll(/class (\w+) extends Error\b/g)].map(([, name]) => name),
    );
    expect(classes.toSorted()).toEqual([
      'AdminFault',
      'Fault',
      'HttpFault',
      'Malformed',
      'Refusal',
    ]);
  });
});

describe('a fault', () => {
  it('reaches the log as its code', () => {
    expect(describeForLog(new Fault('KeysUnprocessed'))).toEqual({ code: 'KeysUnprocessed' });
  });

  it('adds its subject to the log, if it has one', () => {
    const fault = new Fault('EnrolmentRowUnreadable', 'test#abc');
    expect(describeForLog(fault)).toEqual({ code: 'EnrolmentRowUnreadable', about: 'test#abc' });
  });

  it('is recognised by its code alone', () => {
    expect(isFault(new Fault('NotSealed'), 'NotSealed')).toBe(true);
    expect(isFault(new Fault('NotSealed'), 'TooLate')).toBe(false);
    expect(isFault(new Error('NotSealed'), 'NotSealed')).toBe(false);
  });
});

describe('an error of another class', () => {
  it('reaches the log by its name alone, because its message may quote the request', () => {
    const error = Object.assign(new Error('canary'), { name: 'ThrottlingException' });
    expect(describeForLog(error)).toEqual({ code: 'ThrottlingException' });
    expect(describeForLog('canary')).toEqual({ code: 'Unknown' });
  });
});

describe('a refusal', () => {
  it('has a name for the log', () => {
    expect(new Refusal('UnsupportedAlgorithm', 'AES-128-GCM').refused).toBe('AES-128-GCM');
  });

  it.each(['<script>', 'line\nbreak', '\u202e', 'x'.repeat(65), ''])(
    'does not accept %j as a name, because a stranger may have written it',
    (text) => {
      expect(new Refusal('UnsupportedAlgorithm', text).refused).toBeUndefined();
    },
  );
});
