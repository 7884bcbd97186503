import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { isOurRefusal, knownCodes, type OwnRefusalCode } from '../../../lambda/core/errors.ts';
import { failInfoTextOf } from '../../../lambda/core/fail-info-text.ts';

const refusals = knownCodes.filter((code): code is OwnRefusalCode => isOurRefusal(code));

describe('the sentence of a FAILURE', () => {
  it.each([...refusals, 'Intune:ChallengeExpired'] as const)(
    'of %s is one short sentence in ASCII',
    (code) => {
      expect(failInfoTextOf(code)).toMatch(/^[A-Z][ -~]{10,98}[.?]$/);
    },
  );

  it('of an envelope that does not open is the same for every fault in it', () => {
    expect(failInfoTextOf('EnvelopeRefused')).toBe(
      'The request could not be read; is the RA certificate current?',
    );
  });

  it('does not repeat Microsoft’s code', () => {
    expect(failInfoTextOf('Intune:Canary')).not.toContain('Canary');
  });
});

describe('the runbook', () => {
  const runbook = readFileSync(new URL('../../../docs/runbook.md', import.meta.url), 'utf8');
  const [, section = ''] = runbook.split('\n## A device cannot enrol\n');
  const [table = ''] = section.split('\n## ');
  const listed = [...table.matchAll(/^\| (`[^|]+) \|/gm)].flatMap(([, cell = '']) =>
    [...cell.matchAll(/`(\w+)`/g)].map(([, code = '']) => code),
  );

  it('explains every code once, and nothing else', () => {
    expect(listed.toSorted()).toEqual(knownCodes.toSorted());
  });
});
