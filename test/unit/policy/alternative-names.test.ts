import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AlternativeName } from '../../../lambda/message/names.ts';
import { grantAlternativeNames } from '../../../lambda/policy/alternative-names.ts';
import { matchesAny } from '../../../lambda/policy/pattern.ts';
import { defaultProfile, type Profile } from '../../../lambda/policy/profile.ts';
import { codeOf, orNothing } from './requests.ts';

const names = (
  ...list: readonly (readonly [AlternativeName['kind'], string])[]
): readonly AlternativeName[] => list.map(([kind, text]) => ({ kind, text }));

const open: Profile = {
  ...defaultProfile,
  alternativeNames: { dns: ['*'], email: ['*'], uri: ['*'], ip: ['*'], upn: ['*'] },
};

describe('an alternative name', () => {
  it.each<[AlternativeName['kind'], string]>([
    ['dns', 'a.example'],
    ['dns', 'xn--bcher-kva.example'],
    ['dns', 'host'],
    ['email', 'a+b@mail.example'],
    ['uri', 'urn:uuid:0'],
    ['uri', 'https://a.example/path?query#part'],
    ['ip', '192.0.2.1'],
    ['ip', '2001:db8:0:0:0:0:0:1'],
    ['upn', 'user@corp.example'],
    ['upn', 'müller@corp.example'],
  ])('is granted: %s %s', (kind, text) => {
    expect(grantAlternativeNames(names([kind, text]), open)).toEqual([{ kind, value: text }]);
  });

  it.each<[AlternativeName['kind'], string]>([
    ['dns', '*.example'],
    ['dns', ''],
    ['dns', '.'],
    ['dns', 'a..b'],
    ['dns', '-a.example'],
    ['dns', 'a-.example'],
    ['dns', 'a.example.'],
    ['dns', 'a_b.example'],
    ['dns', 'a.example\0.evil'],
    ['dns', 'a.example\n'],
    ['dns', 'a b'],
    ['dns', 'b\xfccher.example'],
    ['dns', `${'a'.repeat(64)}.example`],
    ['dns', `${'a.'.repeat(127)}ab`],
    ['email', 'a'],
    ['email', 'a@b@c'],
    ['email', 'a b@c'],
    ['email', '@c.example'],
    ['email', `${'a'.repeat(65)}@c.example`],
    ['uri', 'no scheme'],
    ['uri', 'a:'],
    ['uri', 'urn:a b'],
    ['uri', 'urn:a\nb'],
    ['uri', `urn:${'a'.repeat(250)}`],
    ['upn', 'user@\u212aorp.example'],
    ['upn', 'user@\u017fhop.example'],
    ['email', 'user@\u212aorp.example'],
    ['upn', 'user'],
    ['upn', '@corp.example'],
    ['upn', 'a@b@corp.example'],
    ['upn', 'a b@corp.example'],
    ['upn', 'a\u202eb@corp.example'],
    ['upn', 'user@corp.example\n'],
    ['upn', `${'a'.repeat(250)}@b.example`],
    ['ip', ''],
    ['ip', '1.2.3'],
    ['other', ''],
  ])('is refused: %s %j', (kind, text) => {
    expect(codeOf(() => grantAlternativeNames(names([kind, text]), open))).toBe(
      'AlternativeNameRefused',
    );
  });

  it.each(['dns', 'email', 'uri', 'ip', 'upn'] as const)(
    'of the kind %s is refused if the profile does not list the kind',
    (kind) => {
      const texts = {
        dns: 'a.example',
        email: 'a@b.example',
        uri: 'urn:a',
        ip: '192.0.2.1',
        upn: 'a@b.example',
      };
      const { [kind]: _, ...others } = open.alternativeNames;
      const profile: Profile = { ...open, alternativeNames: others };
      const requestedNames = names([kind, texts[kind]]);
      expect(codeOf(() => grantAlternativeNames(requestedNames, profile))).toBe(
        'AlternativeNameRefused',
      );
      expect(codeOf(() => grantAlternativeNames(requestedNames, open))).toBeUndefined();
    },
  );

  it.each<[AlternativeName['kind'], string, string]>([
    ['dns', 'HOST7.EXAMPLE.COM', '*.example.com'],
    ['ip', '2001:db8:0:0:0:0:0:7', '2001:db8::7'],
    ['upn', 'jo@CORP.example', '*@corp.EXAMPLE'],
  ])(
    'is granted as requested if RFC 5280 calls it equal to the pattern: %s %s',
    (kind, text, pattern) => {
      const profile: Profile = { ...open, alternativeNames: { [kind]: [pattern] } };
      expect(grantAlternativeNames(names([kind, text]), profile)).toEqual([{ kind, value: text }]);
    },
  );

  it('is refused if it is repeated in another spelling', () => {
    const twice = names(['dns', 'a.example'], ['dns', 'A.example']);
    expect(codeOf(() => grantAlternativeNames(twice, open))).toBe('AlternativeNameRefused');
  });

  it('is refused with its kind and its bound if it is too long for the CA', () => {
    const requestedNames = names(['uri', `urn:${'a'.repeat(250)}`]);
    expect(() => grantAlternativeNames(requestedNames, open)).toThrow(
      expect.objectContaining({ refused: 'uri is over 253 characters' }),
    );
  });

  it('is refused if it is repeated, or if it is the twenty-first', () => {
    const twice = names(['dns', 'a.example'], ['dns', 'a.example']);
    const many = Array.from({ length: 21 }, (_, at) => ['dns', `a${at}.example`] as const);
    expect(codeOf(() => grantAlternativeNames(twice, open))).toBe('AlternativeNameRefused');
    expect(codeOf(() => grantAlternativeNames(names(...many), open))).toBe(
      'AlternativeNameRefused',
    );
    expect(codeOf(() => grantAlternativeNames(names(...many.slice(1)), open))).toBeUndefined();
  });

  it('is granted only if it is requested and the profile allows it', () => {
    const kinds = fc.constantFrom<AlternativeName['kind']>('dns', 'email', 'uri', 'ip', 'other');
    const texts = fc.constantFrom(
      'a.example',
      'b.example',
      '*.example',
      'a@b.example',
      'urn:a',
      '192.0.2.1',
      '',
    );
    const requestedNames = fc.array(fc.record({ kind: kinds, text: texts }), { maxLength: 4 });
    const patterns = fc.array(fc.constantFrom('*', 'a*', '*.example'), { maxLength: 2 });
    const allowed = fc.record(
      { dns: patterns, email: patterns, uri: patterns },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(requestedNames, allowed, (requested, alternativeNames) => {
        const profile: Profile = { ...defaultProfile, alternativeNames };
        const granted = orNothing(() => grantAlternativeNames(requested, profile));
        for (const [at, { kind, value }] of granted.entries()) {
          expect({ kind, text: value }).toEqual(requested[at]);
          expect(matchesAny(value, profile.alternativeNames[kind] ?? [])).toBe(true);
          expect(value).not.toContain('*');
        }
        if (granted.length > 0) expect(granted).toHaveLength(requested.length);
      }),
      { numRuns: 1000 },
    );
  });
});
