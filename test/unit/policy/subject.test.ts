import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { NameAttribute } from '../../../lambda/message/names.ts';
import { matchesAny } from '../../../lambda/policy/pattern.ts';
import { defaultProfile, type Profile } from '../../../lambda/policy/profile.ts';
import { grantSubject } from '../../../lambda/policy/subject.ts';
import { codeOf, orNothing } from './requests.ts';

const oids = {
  CN: '2.5.4.3',
  O: '2.5.4.10',
  OU: '2.5.4.11',
  C: '2.5.4.6',
  GN: '2.5.4.42',
  DC: '0.9.2342.19200300.100.1.25',
};
const email = '1.2.840.113549.1.9.1';
const uid = '0.9.2342.19200300.100.1.1';
const unstructuredName = '1.2.840.113549.1.9.2';

/** A subject with one attribute per RDN. */
const subject = (...pairs: readonly (readonly [string, string])[]): readonly NameAttribute[] =>
  pairs.map(([oid, text], rdn) => ({ oid, text, rdn }));

const named = (text: string) =>
  codeOf(() => grantSubject(subject([oids.CN, text]), defaultProfile));

describe('a subject', () => {
  it('is granted in the requested order', () => {
    const requestedAttributes = subject(
      [oids.C, 'DE'],
      [oids.O, 'Example'],
      [oids.OU, 'a'],
      [oids.OU, 'b'],
      [oids.CN, 'device'],
    );
    expect(grantSubject(requestedAttributes, defaultProfile)).toEqual([
      { attribute: 'C', value: 'DE' },
      { attribute: 'O', value: 'Example' },
      { attribute: 'OU', value: 'a' },
      { attribute: 'OU', value: 'b' },
      { attribute: 'CN', value: 'device' },
    ]);
  });

  it.each<[string, readonly NameAttribute[]]>([
    ['if it is empty', []],
    ['without a CN', subject([oids.O, 'Example'])],
    ['with two CNs', subject([oids.CN, 'a'], [oids.CN, 'b'])],
    ['with two Os', subject([oids.CN, 'a'], [oids.O, 'b'], [oids.O, 'b'])],
    ['with an unknown attribute', subject([oids.CN, 'a'], ['1.2.3', 'b'])],
    ['with a country of three letters', subject([oids.CN, 'a'], [oids.C, 'DEU'])],
    [
      'with 17 attributes',
      subject([oids.CN, 'a'], ...Array.from({ length: 16 }, () => [oids.OU, 'b'] as const)),
    ],
  ])('is refused %s', (_, requestedAttributes) => {
    expect(codeOf(() => grantSubject(requestedAttributes, defaultProfile))).toBe('SubjectRefused');
  });

  it.each([
    ['that is empty', ''],
    ['of 65 characters', 'x'.repeat(65)],
    ['with NUL', 'a\0.example'],
    ['with a line break', 'a\nb'],
    ['with an escape', 'a\u001b[2Jb'],
    ['with a bidi override', 'a\u202egpj.exe'],
    ['with a bidi isolate', 'a\u2066b'],
    ['with a zero-width space', 'a\u200bb'],
    ['with a byte order mark', '\ufeffa'],
    ['with a line separator', 'a\u2028b'],
    ['with a private character', 'a\ue000'],
    ['with a lone surrogate', 'a\ud800'],
    ['with a C1 control', 'a\u0085b'],
    ['with a leading space', ' a'],
    ['with a trailing space', 'a '],
    ['of one space', ' '],
  ])('is refused with a CN %s', (_, text) => {
    expect(named(text)).toBe('SubjectRefused');
  });

  it.each(['device', 'x'.repeat(64), 'Drucker Süd 3', 'プリンタ', 'a,b=c+d"e\\f', "O'Neill", '*'])(
    'is granted with the CN %j',
    (text) => {
      expect(named(text)).toBeUndefined();
    },
  );

  it.each<[string, readonly NameAttribute[]]>([
    [
      'DC, DC and UID',
      subject([oids.DC, 'com'], [oids.DC, 'example'], [uid, 'jdoe'], [oids.CN, 'x']),
    ],
    ['an e-mail address', subject([oids.CN, 'x'], [email, 'a@example.com'])],
    ['the name of a Cisco router', subject([oids.CN, 'r1'], [unstructuredName, 'r1.example.com'])],
    ['a router without a CN', subject([unstructuredName, 'r1.example.com'])],
  ])('is granted with %s if the profile declares no subject', (_, requestedAttributes) => {
    expect(grantSubject(requestedAttributes, defaultProfile).map(({ value }) => value)).toEqual(
      requestedAttributes.map(({ text }) => text),
    );
  });

  it('is refused with an attribute that the profile does not list', () => {
    const profile: Profile = { ...defaultProfile, subject: { CN: ['*'] } };
    const requestedAttributes = subject([oids.CN, 'a'], [oids.GN, 'b']);
    expect(codeOf(() => grantSubject(requestedAttributes, profile))).toBe('SubjectRefused');
  });

  it('gets one RDN per attribute of a multi-valued RDN, in the same order', () => {
    const requestedAttributes = [
      { oid: oids.CN, text: 'a', rdn: 0 },
      { oid: oids.O, text: 'b', rdn: 0 },
    ];
    expect(grantSubject(requestedAttributes, defaultProfile)).toEqual([
      { attribute: 'CN', value: 'a' },
      { attribute: 'O', value: 'b' },
    ]);
  });

  it('can have an attribute outside the table if the profile lists its OID', () => {
    const profile: Profile = {
      ...defaultProfile,
      subject: { CN: ['*'], '1.3.6.1.4.1.99.1': ['asset-*'] },
    };
    const requestedAttributes = subject([oids.CN, 'a'], ['1.3.6.1.4.1.99.1', 'asset-7']);
    expect(grantSubject(requestedAttributes, profile)[1]).toEqual({
      attribute: '1.3.6.1.4.1.99.1',
      value: 'asset-7',
    });
    expect(codeOf(() => grantSubject(requestedAttributes, defaultProfile))).toBe('SubjectRefused');
  });

  it.each([
    ['DC', oids.DC, 'münchen'],
    ['serialNumber', '2.5.4.5', 'AB_12'],
    ['C', oids.C, '1'],
    ['C', oids.C, 'DEU'],
    ['emailAddress', email, 'nobody'],
    ['UID', uid, 'x'.repeat(257)],
  ])(
    'is refused with a %s that the CA does not accept, and the refusal names the attribute only',
    (name, oid, text) => {
      const refuse = () => grantSubject(subject([oids.CN, 'a'], [oid, text]), defaultProfile);
      expect(refuse).toThrow(
        expect.objectContaining({
          code: 'SubjectRefused',
          refused: expect.stringMatching(
            new RegExp(`^${name} (is over \\d+ characters|has a form that the CA refuses)$`),
          ),
        }),
      );
      expect(refuse).not.toThrow(
        expect.objectContaining({ refused: expect.stringContaining(text) }),
      );
    },
  );

  it('matches domain components and the domains of addresses in any case', () => {
    const profile: Profile = {
      ...defaultProfile,
      subject: { CN: ['*'], DC: ['example'], emailAddress: ['*@example.com'] },
    };
    const verdict = (oid: string, text: string) =>
      codeOf(() => grantSubject(subject([oids.CN, 'a'], [oid, text]), profile));
    expect(verdict(oids.DC, 'EXAMPLE')).toBeUndefined();
    expect(verdict(email, 'a@Example.COM')).toBeUndefined();
    expect(verdict(email, 'a@example.org')).toBe('SubjectRefused');
  });

  it('must match the patterns of the profile', () => {
    const profile: Profile = { ...defaultProfile, subject: { CN: ['printer-*'] } };
    expect(codeOf(() => grantSubject(subject([oids.CN, 'printer-1']), profile))).toBeUndefined();
    expect(codeOf(() => grantSubject(subject([oids.CN, 'laptop-1']), profile))).toBe(
      'SubjectRefused',
    );
  });

  it('is granted only if it is requested and the profile allows it', () => {
    const texts = fc.constantFrom('a', 'b-1', 'b-2', '', 'a\0', 'x'.repeat(65), 'DE');
    const types = fc.constantFrom(...Object.values(oids), email);
    const requestedAttributes = fc.array(fc.record({ oid: types, text: texts, rdn: fc.nat(3) }), {
      maxLength: 5,
    });
    const patterns = fc.array(fc.constantFrom('*', 'b-*', 'a', 'DE'), { maxLength: 2 });
    const allowed = fc.record({ CN: patterns, O: patterns, DC: patterns }, { requiredKeys: [] });
    fc.assert(
      fc.property(requestedAttributes, allowed, (requested, subject) => {
        const profile: Profile = { ...defaultProfile, subject };
        const granted = orNothing(() => grantSubject(requested, profile));
        for (const [at, { attribute, value }] of granted.entries()) {
          expect(value).toBe(requested[at]?.text);
          expect(oids[attribute as keyof typeof oids]).toBe(requested[at]?.oid);
          expect(matchesAny(value, profile.subject[attribute] ?? [])).toBe(true);
        }
        if (granted.length > 0) expect(granted).toHaveLength(requested.length);
      }),
      { numRuns: 1000 },
    );
  });
});
