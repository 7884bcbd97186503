import { describe, expect, it } from 'vitest';
import { grantAlternativeNames } from '../../../lambda/policy/alternative-names.ts';
import { defaultProfile, type Profile } from '../../../lambda/policy/profile.ts';
import { codeOf } from './requests.ts';

const sid = 'tag:microsoft.com,2022-09-14:sid:S-1-5-21-1111111111-2222222222-3333333333-500';
const mapping = 'tag:microsoft.com,2022-09-14:sid:*';

const allowing = (...uri: readonly string[]): Profile => ({
  ...defaultProfile,
  alternativeNames: { uri },
});

const verdictOn = (profile: Profile, ...texts: readonly string[]) =>
  codeOf(() =>
    grantAlternativeNames(
      texts.map((text) => ({ kind: 'uri', text })),
      profile,
    ),
  );

describe('a strong mapping', () => {
  it('is granted unchanged if a pattern writes the prefix out', () => {
    const granted = grantAlternativeNames([{ kind: 'uri', text: sid }], allowing(mapping));
    expect(granted).toEqual([{ kind: 'uri', value: sid }]);
  });

  it('can be limited to one domain', () => {
    const profile = allowing(
      'tag:microsoft.com,2022-09-14:sid:S-1-5-21-1111111111-2222222222-3333333333-*',
    );
    expect(verdictOn(profile, sid)).toBeUndefined();
    expect(verdictOn(profile, sid.replace('1111111111', '1111111112'))).toBe(
      'AlternativeNameRefused',
    );
  });

  it.each(['*', 'tag:*', 'tag:microsoft.com,*', '*sid:*'])(
    'is refused by a pattern without the whole prefix: %s',
    (pattern) => {
      expect(verdictOn(allowing(pattern), sid)).toBe('AlternativeNameRefused');
    },
  );

  it('does not affect other URIs, which match the other patterns', () => {
    const profile = allowing(mapping, 'IntuneDeviceId://*');
    expect(verdictOn(profile, 'IntuneDeviceId://0c2f', sid)).toBeUndefined();
    expect(verdictOn(profile, 'https://a.example')).toBe('AlternativeNameRefused');
  });

  it('is refused if it is the second one', () => {
    const second = sid.replace('-500', '-501');
    expect(verdictOn(allowing(mapping), sid, second)).toBe('AlternativeNameRefused');
  });

  it.each([
    'tag:microsoft.com,2022-09-14:sid:',
    'tag:microsoft.com,2022-09-14:sid:S-1-5-32-544',
    'tag:microsoft.com,2022-09-14:sid:S-1-5-18',
    'tag:microsoft.com,2022-09-14:sid:S-1-5-21-1-2-3',
    'tag:microsoft.com,2022-09-14:sid:S-1-5-21-1-2-3-4-5',
    'tag:microsoft.com,2022-09-14:sid:S-1-5-21-01-2-3-4',
    'tag:microsoft.com,2022-09-14:sid:S-1-5-21-1-2-3-4294967296',
    'tag:microsoft.com,2022-09-14:sid:S-1-5-21-1-2-3-500 ',
    'tag:microsoft.com,2022-09-14:sid:s-1-5-21-1-2-3-500',
    'tag:microsoft.com,2022-09-14:SID:S-1-5-21-1-2-3-500',
    'TAG:microsoft.com,2022-09-14:sid:S-1-5-21-1-2-3-500',
    'tag:Microsoft.com,2022-09-14:sid:S-1-5-21-1-2-3-500',
    'tag:microsoft.com,2022-09-15:sid:S-1-5-21-1-2-3-500',
    'tag:microsoft.com.,2022-09-14:sid:S-1-5-21-1-2-3-500',
    'tag:www.microsoft.com,2022-09-14:sid:S-1-5-21-1-2-3-500',
    'tag:microsoft%2ecom,2022-09-14:sid:S-1-5-21-1-2-3-500',
    'tag%3amicrosoft.com,2022-09-14:sid:S-1-5-21-1-2-3-500',
  ])('is refused in any other than the exact form: %s', (text) => {
    expect(verdictOn(allowing(mapping, '*'), text)).toBe('AlternativeNameRefused');
  });
});
