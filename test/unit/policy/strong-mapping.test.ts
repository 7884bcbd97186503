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
  it('is kept as it came, where a pattern writes it out', () => {
    const granted = grantAlternativeNames([{ kind: 'uri', text: sid }], allowing(mapping));
    expect(granted).toEqual([{ kind: 'uri', value: sid }]);
  });

  it('may be held to one domain', () => {
    const profile = allowing(
      'tag:microsoft.com,2022-09-14:sid:S-1-5-21-1111111111-2222222222-3333333333-*',
    );
    expect(verdictOn(profile, sid)).toBeUndefined();
    expect(verdictOn(profile, sid.replace('1111111111', '1111111112'))).toBe(
      'AlternativeNameRefused',
    );
  });

  it.each(['*', 'tag:*', 'tag:microsoft.com,*', '*sid:*'])(
    'is not covered by a pattern that does not write it out: %s',
    (pattern) => {
      expect(verdictOn(allowing(pattern), sid)).toBe('AlternativeNameRefused');
    },
  );

  it('leaves other URIs to the other patterns', () => {
    const profile = allowing(mapping, 'IntuneDeviceId://*');
    expect(verdictOn(profile, 'IntuneDeviceId://0c2f', sid)).toBeUndefined();
    expect(verdictOn(profile, 'https://a.example')).toBe('AlternativeNameRefused');
  });

  it('is one at most', () => {
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
  ])('is refused in any form but the exact one: %s', (text) => {
    expect(verdictOn(allowing(mapping, '*'), text)).toBe('AlternativeNameRefused');
  });
});
