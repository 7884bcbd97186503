/** The parts of a profile beside the requested names: additions, usages and validity. */
import { describe, expect, it } from 'vitest';
import type { RequestedExtension } from '../../../lambda/message/extensions.ts';
import type { AlternativeName, NameAttribute } from '../../../lambda/message/names.ts';
import type { ChallengeConstraints } from '../../../lambda/names/challenge-limits.ts';
import { decide } from '../../../lambda/policy/grant.ts';
import { defaultProfile, type Profile } from '../../../lambda/policy/profile.ts';
import { children, contentOf } from '../../support/kit/elements.ts';
import { extendedKeyUsage } from '../../support/kit/extensions.ts';
import { enrolment } from './requests.ts';

interface Requested {
  readonly subject?: readonly NameAttribute[];
  readonly alternativeNames?: readonly AlternativeName[];
  readonly extensions?: readonly RequestedExtension[];
  readonly requestedValidityDays?: number;
  readonly authorityNotAfterSeconds?: number;
}

/** The Grant of a request under a profile and a challenge, or the code of the refusal. */
async function decideOn(
  request: Requested,
  profile: Partial<Profile>,
  constraints: ChallengeConstraints = {},
) {
  const record = {
    id: 'test#c1',
    connectorId: 'test',
    challengeId: 'c1',
    sealedPassword: new Uint8Array(),
    createdAtSeconds: 0,
    constraints,
  };
  const { requestedValidityDays, authorityNotAfterSeconds = 1e10 } = request;
  try {
    return await decide({ ...enrolment(request), requestedValidityDays }, 1, {
      profile: { ...defaultProfile, ...profile },
      quirks: { allowSignerKeyMismatch: false },
      challenge: { key: 'test#c1', record },
      nowSeconds: 0,
      authorityNotAfterSeconds,
    });
  } catch (error) {
    return (error as { readonly code: string }).code;
  }
}

const named = (...pairs: readonly (readonly [string, string])[]): readonly NameAttribute[] =>
  pairs.map(([oid, text], rdn) => ({ oid, text, rdn }));
const cn = (text: string) => named(['2.5.4.3', text]);
const sid = 'tag:microsoft.com,2022-09-14:sid:';
const account = 'S-1-5-21-1-2-3-1104';

describe('a profile that adds names', () => {
  it('gives a DNS name to a printer that sends only a CN', async () => {
    const add = { alternativeNames: { dns: ['{CN}', '{CN}.local'] } };
    expect(await decideOn({ subject: cn('printer-7') }, { add })).toMatchObject({
      alternativeNames: [
        { kind: 'dns', value: 'printer-7' },
        { kind: 'dns', value: 'printer-7.local' },
      ],
    });
  });

  it('gives attributes to every subject, even a CN to a subject without one', async () => {
    const add = { subject: { O: 'Example Ltd', CN: '{serialNumber}' } };
    const subject = named(['2.5.4.5', 'SN-7']);
    expect(await decideOn({ subject }, { add })).toMatchObject({
      subject: [
        { attribute: 'serialNumber', value: 'SN-7' },
        { attribute: 'O', value: 'Example Ltd' },
        { attribute: 'CN', value: 'SN-7' },
      ],
    });
  });

  it('adds no name that is already requested', async () => {
    const add = { subject: { O: 'Example Ltd' }, alternativeNames: { dns: ['{CN}'] } };
    const request = {
      subject: named(['2.5.4.3', 'a.example'], ['2.5.4.10', 'Example Ltd']),
      alternativeNames: [{ kind: 'dns', text: 'A.example' }] as const,
    };
    const profile = { add, alternativeNames: { dns: ['*'] } };
    expect(await decideOn(request, profile)).toMatchObject({
      subject: [{ attribute: 'CN' }, { attribute: 'O' }],
      alternativeNames: [{ kind: 'dns', value: 'A.example' }],
    });
  });

  it.each<[string, string, Requested, Profile['add']]>([
    [
      'another value for an added attribute',
      'SubjectRefused',
      { subject: named(['2.5.4.3', 'a'], ['2.5.4.10', 'Other']) },
      { subject: { O: 'Example Ltd' } },
    ],
    [
      'a template without its attribute',
      'AlternativeNameRefused',
      { subject: cn('a') },
      { alternativeNames: { dns: ['{serialNumber}'] } },
    ],
    [
      'a CN that is not a host name',
      'AlternativeNameRefused',
      { subject: cn('printer 7') },
      { alternativeNames: { dns: ['{CN}'] } },
    ],
    [
      'a CN that is too long with its addition',
      'SubjectRefused',
      { subject: cn('x'.repeat(60)) },
      { subject: { title: 'device {CN}' } },
    ],
    [
      'a CN that would become an account',
      'AlternativeNameRefused',
      { subject: cn(`${sid}${account}`) },
      { alternativeNames: { uri: ['{CN}'] } },
    ],
    [
      'a CN that is not an account',
      'AlternativeNameRefused',
      { subject: cn('S-1-5-18') },
      { alternativeNames: { uri: [`${sid}{CN}`] } },
    ],
  ])('refuses %s', async (_, code, request, add) => {
    expect(await decideOn(request, { add })).toBe(code);
  });

  it('adds a strong mapping if its template writes the prefix out', async () => {
    const add = { alternativeNames: { uri: [`${sid}{CN}`] } };
    expect(await decideOn({ subject: cn(account) }, { add })).toMatchObject({
      alternativeNames: [{ kind: 'uri', value: `${sid}${account}` }],
    });
  });

  it('adds names that the challenge does not list, because its limits apply to the request', async () => {
    const add = { alternativeNames: { dns: ['{CN}'] } };
    const limits = { subject: { CN: ['printer-*'] } };
    expect(await decideOn({ subject: cn('printer-7') }, { add }, limits)).toMatchObject({
      alternativeNames: [{ kind: 'dns', value: 'printer-7' }],
    });
  });
});

/** The extension that requests these usages, as it is read from a CSR. */
const requesting = (...oids: readonly string[]): readonly RequestedExtension[] => {
  const [, value] = children(extendedKeyUsage(...oids));
  return [{ oid: '2.5.29.37', critical: false, value: contentOf(value ?? new Uint8Array()) }];
};
const clientAuth = '1.3.6.1.5.5.7.3.2';
const serverAuth = '1.3.6.1.5.5.7.3.1';

describe('a profile that leaves usages to the request', () => {
  const extendedKeyUsage = {
    requested: ['clientAuth', 'serverAuth', '1.3.6.1.5.5.7.3.17'],
    otherwise: ['clientAuth'],
  } as const;

  it.each([
    [[serverAuth], ['serverAuth']],
    [
      [serverAuth, clientAuth, serverAuth],
      ['serverAuth', 'clientAuth'],
    ],
    [['1.3.6.1.5.5.7.3.17'], ['1.3.6.1.5.5.7.3.17']],
  ])('grants the requested %j as %j', async (usages, granted) => {
    expect(
      await decideOn({ extensions: requesting(...usages) }, { extendedKeyUsage }),
    ).toMatchObject({
      extendedKeyUsage: granted,
    });
  });

  it('grants its default if none is requested', async () => {
    expect(await decideOn({}, { extendedKeyUsage })).toMatchObject({
      extendedKeyUsage: ['clientAuth'],
    });
  });

  it.each([
    ['a usage outside its list', requesting(clientAuth, '1.3.6.1.5.5.7.3.4')],
    ['any usage', requesting('2.5.29.37.0')],
    ['an empty list', requesting()],
  ])('refuses %s', async (_, extensions) => {
    expect(await decideOn({ extensions }, { extendedKeyUsage })).toBe('ExtensionRefused');
  });

  it('differs from a profile with fixed usages, which ignores the request', async () => {
    const profile = { extendedKeyUsage: ['clientAuth'] } as const;
    expect(await decideOn({ extensions: requesting(serverAuth) }, profile)).toMatchObject({
      extendedKeyUsage: ['clientAuth'],
    });
  });
});

describe('a certificate is valid', () => {
  it.each<[number, number | undefined, number | undefined, number]>([
    [365, undefined, undefined, 365],
    [365, 30, undefined, 30],
    [365, undefined, 90, 90],
    [365, 30, 90, 30],
    [365, 90, 30, 30],
    [7, 30, 90, 7],
  ])(
    'for the fewest of %s days of the profile, %s of the challenge and %s of the request',
    async (...days) => {
      const [validityDays, ofChallenge, requestedValidityDays, granted] = days;
      const limits = ofChallenge === undefined ? {} : { validityDays: ofChallenge };
      const grant = await decideOn({ requestedValidityDays }, { validityDays }, limits);
      expect(grant).toMatchObject({ validityDays: granted });
    },
  );

  it.each([
    [30.5, 30],
    [365.5, 365],
    [1.1, 1],
    // Less than an hour beyond a whole day, because the CA's clock may be ahead of ours.
    [30.01, 29],
  ])('until the end of a CA with %d days left, in %i days', async (daysLeft, granted) => {
    const authorityNotAfterSeconds = daysLeft * 86_400;
    const grant = await decideOn({ authorityNotAfterSeconds }, { validityDays: 365 });
    expect(grant).toMatchObject({ validityDays: granted, authorityNotAfterSeconds });
  });

  it.each([0, 0.9, -30, Number.NaN])(
    'never with a CA of %d days left, which is an outage and no refusal',
    async (daysLeft) => {
      const authorityNotAfterSeconds = daysLeft * 86_400;
      expect(await decideOn({ authorityNotAfterSeconds }, {})).toBe('CertificateAuthorityEnded');
    },
  );
});
