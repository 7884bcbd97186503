import { Duration } from 'aws-cdk-lib';
import { describe, expect, it } from 'vitest';
import { environment } from '../../../lambda/config/environment.ts';
import { defaultProfile } from '../../../lambda/policy/profile.ts';
import type { ScepConnectorProps } from '../../../lib/cloud/scep-connector.ts';
import { pathOf } from './policies.ts';
import { declareConnector, newStack, synthesizeStack } from './synthesis.ts';

const shortLived = { usageMode: 'SHORT_LIVED_CERTIFICATE' } as const;

/** What is declared, and the code it is refused with. */
const refused: readonly [string, Partial<ScepConnectorProps>, string][] = [
  ['an id of capitals', { connectorId: 'Default' }, 'badConnectorId'],
  ['an empty id', { connectorId: '' }, 'badConnectorId'],
  ['an id of 33 characters', { connectorId: 'x'.repeat(33) }, 'badConnectorId'],
  ['an id with a slash', { connectorId: 'a/b' }, 'badConnectorId'],
  ['an id that would match others’ items', { connectorId: '*' }, 'badConnectorId'],
  ['a wait of a minute', { waitTime: Duration.minutes(1) }, 'badWaitTime'],
  ['a wait that holds functions', { waitTime: Duration.seconds(4) }, 'badWaitTime'],
  ['half a second', { waitTime: Duration.millis(500) }, 'badWaitTime'],
  ['half a proxy', { proxiesInFront: 0.5 }, 'badProxies'],
  ['more proxies than anybody has', { proxiesInFront: 4 }, 'badProxies'],
  ['certificates of no day', { profile: { validityDays: 0 } }, 'badValidityDays'],
  [
    'certificates of 8 days from a short-lived CA',
    { ...shortLived, profile: { validityDays: 8 } },
    'badValidityDays',
  ],
  [
    'an RA certificate of 8 days from a short-lived CA',
    { ...shortLived, raValidity: Duration.days(8) },
    'badValidityDays',
  ],
  [
    'one rotation in a life',
    { raValidity: Duration.days(90), raRotationInterval: Duration.days(46) },
    'badRotationInterval',
  ],
  ['no rotation', { raRotationInterval: Duration.days(0) }, 'badRotationInterval'],
  ['a rotation of hours', { raRotationInterval: Duration.hours(36) }, 'badRotationInterval'],
  ['no key usage', { profile: { keyUsage: [] } }, 'badProfile'],
  ['no extended key usage', { profile: { extendedKeyUsage: [] } }, 'badProfile'],
  ['no name at all', { profile: { subject: {}, alternativeNames: {} } }, 'badProfile'],
  ['a name without a pattern', { profile: { alternativeNames: { dns: [] } } }, 'badProfile'],
  ['an empty pattern', { profile: { subject: { CN: [''] } } }, 'badProfile'],
  ['a key usage of a CA', { profile: { keyUsage: ['keyCertSign' as never] } }, 'badProfile'],
  ['any extended usage', { profile: { extendedKeyUsage: ['2.5.29.37.0'] } }, 'badProfile'],
  ['OCSP signing', { profile: { extendedKeyUsage: ['1.3.6.1.5.5.7.3.9'] } }, 'badProfile'],
  [
    'a usage of the table by its OID',
    { profile: { extendedKeyUsage: ['1.3.6.1.5.5.7.3.2'] } },
    'badProfile',
  ],
  ['a usage that is no OID', { profile: { extendedKeyUsage: ['1.x' as never] } }, 'badProfile'],
  ['a usage twice', { profile: { extendedKeyUsage: ['clientAuth', 'clientAuth'] } }, 'badProfile'],
  [
    'a usage of the request that is any',
    { profile: { extendedKeyUsage: { requested: ['2.5.29.37.0'], otherwise: ['clientAuth'] } } },
    'badProfile',
  ],
  [
    'no usage otherwise',
    { profile: { extendedKeyUsage: { requested: ['clientAuth'], otherwise: [] } } },
    'badProfile',
  ],
  [
    'a policy that is no OID',
    { profile: { certificatePolicies: [{ oid: 'policy' }] } },
    'badProfile',
  ],
  [
    'a policy twice',
    { profile: { certificatePolicies: [{ oid: '1.2.3' }, { oid: '1.2.3' }] } },
    'badProfile',
  ],
  [
    'a practice statement that is no URI',
    { profile: { certificatePolicies: [{ oid: '1.2.3', cpsUri: 'cps' }] } },
    'badProfile',
  ],
  [
    '21 policies',
    {
      profile: {
        certificatePolicies: Array.from({ length: 21 }, (_, at) => ({ oid: `1.2.3.${at}` })),
      },
    },
    'badProfile',
  ],
  [
    'an addition with a pattern',
    { profile: { add: { subject: { O: 'Example*' } } } },
    'badProfile',
  ],
  [
    'an addition of an unknown attribute',
    { profile: { add: { alternativeNames: { dns: ['{XX}'] } } } },
    'badProfile',
  ],
  [
    'an addition of an attribute that may come twice',
    { profile: { add: { alternativeNames: { dns: ['{OU}'] } } } },
    'badProfile',
  ],
  ['an addition with a stray brace', { profile: { add: { subject: { O: '{CN' } } } }, 'badProfile'],
  [
    'an addition that no value fits',
    { profile: { add: { alternativeNames: { dns: ['{CN}_x'] } } } },
    'badProfile',
  ],
  [
    'a country that is added in three letters',
    { profile: { add: { subject: { C: 'DEU' } } } },
    'badProfile',
  ],
  ['a country of three letters', { profile: { subject: { C: ['DEU'] } } }, 'badProfile'],
  [
    'a serial number that is not printable',
    { profile: { subject: { serialNumber: ['AB_*'] } } },
    'badProfile',
  ],
  [
    'a domain component of other letters',
    { profile: { subject: { DC: ['münchen'] } } },
    'badProfile',
  ],
  ['a CN of 65 characters', { profile: { subject: { CN: ['x'.repeat(65)] } } }, 'badProfile'],
  [
    'a URI of 254 characters',
    { profile: { alternativeNames: { uri: [`urn:${'a'.repeat(250)}`] } } },
    'badProfile',
  ],
  [
    'an abbreviated address with a wildcard',
    { profile: { alternativeNames: { ip: ['2001:db8::*'] } } },
    'badProfile',
  ],
  [
    'an attribute of the table by its OID',
    { profile: { subject: { '2.5.4.3': ['*'] } } },
    'badProfile',
  ],
  [
    'an attribute by an OID that the CA does not take',
    { profile: { subject: { '2.999.1': ['*'] } } },
    'badProfile',
  ],
  ['an attribute that is in no table', { profile: { subject: { '1.2.x': ['*'] } } }, 'badProfile'],
  [
    'more settings than an environment holds',
    {
      profile: {
        subject: { CN: Array.from({ length: 150 }, (_, i) => `device-${i}.example.com`) },
      },
    },
    'settingsTooLarge',
  ],
];

describe('a connector', () => {
  it.each(refused)('refuses %s', (_, props, code) => {
    expect(() => declareConnector(newStack(), props)).toThrow(expect.objectContaining({ code }));
  });

  it.each<[string, Partial<ScepConnectorProps>]>([
    ['the longest id', { connectorId: `a-${'9'.repeat(30)}` }],
    ['no wait', { waitTime: Duration.seconds(0) }],
    ['the longest wait', { waitTime: Duration.seconds(3) }],
    ['8 days from a general-purpose CA', { profile: { validityDays: 8 } }],
    [
      'additions',
      { profile: { add: { subject: { O: 'Example Ltd' }, alternativeNames: { dns: ['{CN}'] } } } },
    ],
    [
      'usages of the request',
      {
        profile: {
          extendedKeyUsage: { requested: ['clientAuth', 'serverAuth'], otherwise: ['clientAuth'] },
        },
      },
    ],
    ['a usage by its OID', { profile: { extendedKeyUsage: ['1.3.6.1.5.5.7.3.17'] } }],
    [
      'a policy with its practice statement',
      { profile: { certificatePolicies: [{ oid: '1.2.3', cpsUri: 'https://a.example' }] } },
    ],
  ])('accepts %s', (_, props) => {
    expect(() => declareConnector(newStack(), props)).not.toThrow();
  });

  it('says which declaration the CA could never issue, and why', () => {
    const declare = () => declareConnector(newStack(), { profile: { subject: { C: ['DEU'] } } });
    expect(declare).toThrow('profile.subject.C: "DEU" can never be issued: it takes two letters.');
  });

  it('takes an attribute by its OID', () => {
    const profile = { subject: { CN: ['*'], '1.3.6.1.4.1.99.1': ['*'] } };
    expect(() => declareConnector(newStack(), { profile })).not.toThrow();
  });

  it('fills in what its CA’s mode allows', () => {
    expect(settingsOf({})).toMatchObject({
      profile: { ...defaultProfile, validityDays: 365 },
      waitSeconds: 3,
      signingAlgorithm: 'SHA256WITHRSA',
      raValidityDays: 90,
    });
    expect(settingsOf(shortLived)).toMatchObject({
      profile: { validityDays: 7 },
      raValidityDays: 7,
    });
  });

  it('keeps what was said beside what was left out', () => {
    expect(settingsOf({ quirks: { sha1: true }, profile: { validityDays: 30 } })).toMatchObject({
      quirks: { sha1: true, tripleDes: false },
      profile: { validityDays: 30, keyUsage: defaultProfile.keyUsage },
    });
  });
});

/** The settings that the scep function of a connector is given. */
function settingsOf(props: Partial<ScepConnectorProps>): unknown {
  const stack = newStack();
  declareConnector(stack, props);
  const functions = Object.values(synthesizeStack(stack).findResources('AWS::Lambda::Function'));
  const scep = functions.find((each) => pathOf(each).endsWith('/Scep/Function'));
  return JSON.parse(scep?.Properties.Environment.Variables[environment.connectorSettings]);
}
