import { Duration } from 'aws-cdk-lib';
import { describe, expect, it } from 'vitest';
import { environment } from '../../../lambda/config/environment.ts';
import { defaultProfile } from '../../../lambda/policy/profile.ts';
import { ScepConnector, type ScepConnectorProps } from '../../../lib/cloud/scep-connector.ts';
import { ScepService } from '../../../lib/cloud/scep-service.ts';
import { pathOf } from './policies.ts';
import { declareConnector, importedAuthority, newStack, synthesizeStack } from './synthesis.ts';

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

/** What a caller from JavaScript declares, and the sentence that refuses it. */
const untyped: readonly [string, object, string][] = [
  [
    'a quirk in other capitals',
    { quirks: { tripleDES: true } },
    'quirks.tripleDES is not a member. Did you mean tripleDes? The members are sha1, tripleDes, ' +
      'allowSignerKeyMismatch, caChain, issuerInReply, emptyContent, utf8InPrintableString.',
  ],
  ['a quirk as text', { quirks: { sha1: 'yes' } }, 'quirks.sha1 is "yes". Give true or false.'],
  [
    'a chain that is neither',
    { quirks: { caChain: 'root' } },
    'quirks.caChain is "root". Give one of ra-and-issuer, full.',
  ],
  [
    'a signing algorithm of another library',
    { signingAlgorithm: 'SHA256RSA' },
    'signingAlgorithm is "SHA256RSA". Give one of SHA256WITHRSA, SHA384WITHRSA, SHA512WITHRSA, ' +
      'SHA256WITHECDSA, SHA384WITHECDSA, SHA512WITHECDSA.',
  ],
  [
    'a key usage in other capitals',
    { profile: { keyUsage: ['digitalsignature'] } },
    'profile.keyUsage: "digitalsignature" is not one of digitalSignature, nonRepudiation, ' +
      'keyEncipherment, dataEncipherment.',
  ],
  [
    'one key usage beside a list',
    { profile: { keyUsage: 'digitalSignature' } },
    'profile.keyUsage is "digitalSignature". Give a list.',
  ],
  [
    'a name kind as X.509 has it',
    { profile: { alternativeNames: { DNS: ['*'] } } },
    'profile.alternativeNames.DNS is not a name of certificates. Name dns, email, uri, ip, upn.',
  ],
  [
    'an attribute that is no text',
    { profile: { subject: { CN: [1] } } },
    'profile.subject.CN[0] is 1. Give a text.',
  ],
  ['an unknown member', { raValidityDays: 90 }, 'raValidityDays is not a member.'],
  [
    'an unknown member of the profile',
    { profile: { days: 90 } },
    'profile.days is not a member. The members are subject,',
  ],
  [
    'an unknown member of added names',
    { profile: { add: { dns: ['{CN}'] } } },
    'profile.add.dns is not a member. The members are subject, alternativeNames.',
  ],
  [
    'an unknown member of requested usages',
    { profile: { extendedKeyUsage: { requested: ['clientAuth'], default: ['clientAuth'] } } },
    'profile.extendedKeyUsage.otherwise is missing.',
  ],
  [
    'an unknown member of a policy',
    { profile: { certificatePolicies: [{ oid: '1.2.3', uri: 'https://a.example' }] } },
    'profile.certificatePolicies[0].uri is not a member.',
  ],
  [
    'days as text',
    { profile: { validityDays: '30' } },
    'profile.validityDays is "30". Give a number.',
  ],
  ['no number', { proxiesInFront: Number.NaN }, 'proxiesInFront is NaN. Give a number.'],
  ['a number of days', { raValidity: 90 }, 'raValidity is 90. Give a Duration,'],
  ['null', { proxiesInFront: null }, 'proxiesInFront is null. Give a number.'],
  [
    'an unknown member of the page',
    { ndesAdminPage: { userName: 'x' } },
    'ndesAdminPage.userName is not a member. Did you mean username?',
  ],
  [
    'an unknown member of the page’s constraints',
    { ndesAdminPage: { constraints: { san: {} } } },
    'ndesAdminPage.constraints.san is not a member.',
  ],
  [
    'half a rotation',
    { challengeRotation: { name: 'fleet', interval: Duration.days(30) } },
    'challengeRotation.overlap is missing.',
  ],
  [
    'an unknown member of Intune',
    { intune: { tenantId: 'a', applicationId: 'b', authentication: 'federated', tenant: 'x' } },
    'intune.tenant is not a member.',
  ],
  [
    'a throttle of one number',
    { throttle: { post: { rateLimit: 5 } } },
    'throttle.post.burstLimit is missing.',
  ],
  ['no id', { connectorId: undefined }, 'connectorId is missing.'],
  ['no CA', { certificateAuthority: undefined }, 'certificateAuthority is missing.'],
];

describe('a declaration that nobody type-checked', () => {
  it.each(untyped)('is refused for %s, with what is allowed', (_, props, sentence) => {
    const stack = newStack();
    const service = new ScepService(stack, 'Service', { hasDashboard: false });
    const declared = {
      service,
      connectorId: 'default',
      certificateAuthority: importedAuthority(stack),
      ...props,
    };
    const declare = () => new ScepConnector(stack, 'Connector', declared as never);
    expect(declare).toThrow(
      expect.objectContaining({
        name: 'DeclarationError',
        message: expect.stringContaining(sentence),
      }),
    );
  });

  it.each([
    [{ removalPolicy: 'keep' }, 'removalPolicy is "keep". Give one of destroy, retain,'],
    [{ deletionProtection: 1 }, 'deletionProtection is 1. Give true or false.'],
    [{ certificatesPerSecond: Number.NaN }, 'certificatesPerSecond is NaN. Give a number.'],
    [{ dashboard: false }, 'dashboard is not a member.'],
  ])('of a service is refused: %j', (props, sentence) => {
    expect(() => new ScepService(newStack(), 'Service', props as never)).toThrow(sentence);
  });
});

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
