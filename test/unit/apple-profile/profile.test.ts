import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { parse } from 'plist';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toIdentifier } from '../../../lib/apple-profile/mobileconfig.ts';
import { enrolledBy, payloadsOf, scepContentOf } from './apple-device.ts';
import {
  certificateKeys,
  deviations,
  scepKeys,
  scepPayloadKeys,
  subjectAltNameKeys,
  topLevelKeys,
} from './apple-keys.ts';
import { profileFor } from './run-command.ts';
import { servedConnector } from './served-connector.ts';

const profile = { alternativeNames: { dns: ['*.example.com'], email: ['*@example.com'] } };

let connector: Awaited<ReturnType<typeof servedConnector>>;

beforeAll(async () => {
  connector = await servedConnector({ profile });
});
afterAll(() => {
  connector.stop();
});

const profileWith = (...argv: readonly string[]) => profileFor(connector, ...argv);

const everything = [
  '--subject',
  'CN=mac-7,O=Example\\, Ltd <&>,UID=u7',
  ...['--san-dns', 'a.example.com', '--san-dns', 'b.example.com'],
  ...['--san-email', 'mac-7@example.com', '--san-uri', 'urn:mac:7'],
  ...['--key-size', '4096', '--key-usage', 'signing', '--scope', 'user'],
  ...[
    '--name',
    'Wi-Fi “Büro”',
    '--organization',
    'Example <& Co>',
    '--identifier',
    'com.example.wifi',
  ],
];

describe('a profile', () => {
  it.each([
    ['with the defaults', []],
    ['with all options', everything],
  ])('%s has only the keys and types of Apple’s reference', async (_, argv) => {
    const text = await profileWith(...argv);
    const [ca, scep] = payloadsOf(text);
    const content = scepContentOf(text);
    expect(deviations(parse(text), topLevelKeys)).toEqual([]);
    expect(deviations(ca ?? {}, certificateKeys)).toEqual([]);
    expect(deviations(scep ?? {}, scepPayloadKeys)).toEqual([]);
    expect(deviations({ ...content } as never, scepKeys)).toEqual([]);
    expect(deviations((content.SubjectAltName ?? {}) as never, subjectAltNameKeys)).toEqual([]);
  });

  it('contains the values of the options, with any characters', async () => {
    const text = await profileWith(...everything);
    expect(parse(text)).toMatchObject({
      PayloadIdentifier: 'com.example.wifi',
      PayloadDisplayName: 'Wi-Fi “Büro”',
      PayloadOrganization: 'Example <& Co>',
      PayloadScope: 'User',
    });
    expect(scepContentOf(text)).toMatchObject({
      URL: connector.url,
      Name: 'test',
      Subject: [
        [['CN', 'mac-7']],
        [['O', 'Example, Ltd <&>']],
        [['0.9.2342.19200300.100.1.1', 'u7']],
      ],
      SubjectAltName: {
        dNSName: ['a.example.com', 'b.example.com'],
        rfc822Name: 'mac-7@example.com',
        uniformResourceIdentifier: 'urn:mac:7',
      },
      Keysize: 4096,
      'Key Type': 'RSA',
      'Key Usage': 1,
      KeyIsExtractable: false,
      AllowAllAppsAccess: false,
    });
  });

  it.each(['sha1', 'sha256'])(
    'contains the CA of GetCACert and its fingerprint by %s',
    async (digest) => {
      const text = await profileWith('--fingerprint-digest', digest);
      const { caCertificate } = connector.ra;
      expect(Buffer.from(scepContentOf(text).CAFingerprint)).toEqual(
        createHash(digest).update(caCertificate).digest(),
      );
      expect(Buffer.from(payloadsOf(text)[0]?.PayloadContent as Uint8Array)).toEqual(
        Buffer.from(caCertificate),
      );
    },
  );

  it('keeps its identifiers and changes its UUIDs each time', async () => {
    const [one, two] = [await profileWith(), await profileWith()];
    const all = (text: string, key: string) =>
      [...text.matchAll(new RegExp(`<key>${key}</key>\\s*<string>(.*)</string>`, 'g'))].map(
        ([, value]) => value,
      );
    expect(all(one, 'PayloadIdentifier')).toEqual(all(two, 'PayloadIdentifier'));
    const uuids = [...all(one, 'PayloadUUID'), ...all(two, 'PayloadUUID')];
    expect(new Set(uuids).size).toBe(6);
  });

  it('is a valid property list for Python, if installed', async (context) => {
    const script =
      'import plistlib,sys; print(plistlib.loads(sys.stdin.buffer.read())["PayloadType"])';
    const text = await profileWith(...everything);
    const python = spawnSync('python3', ['-c', script], { input: text, encoding: 'utf8' });
    if (python.error) return context.skip();
    expect(python).toMatchObject({ stdout: 'Configuration\n', stderr: '' });
  });

  it.each([
    [
      'https://abc.execute-api.eu-west-1.amazonaws.com/scep/printers',
      'com.amazonaws.eu-west-1.execute-api.abc.scep.printers',
    ],
    ['http://127.0.0.1:8080/scep/default', 'local.scep.default'],
    ['https://scep.example.com/a%20b/', 'com.example.scep.a-20b'],
  ])('for %s has the identifier %s', (url, identifier) => {
    expect(toIdentifier(new URL(url))).toBe(identifier);
  });
});

describe('an Apple device that installs it', () => {
  it('gets a certificate with the names of the profile, by GET', async () => {
    const names = ['--san-dns', 'a.example.com', '--san-email', 'mac-7@example.com'];
    const reply = await enrolledBy(await profileWith(...names));
    expect(reply.status).toBe('SUCCESS');
    if (reply.status !== 'SUCCESS') return;
    expect(reply.certificate.subject).toBe('CN=mac-7');
    expect(reply.certificate.subjectAltName).toBe('DNS:a.example.com, email:mac-7@example.com');
  });

  it('is refused a name that the connector’s profile does not allow', async () => {
    const reply = await enrolledBy(await profileWith('--san-dns', 'evil.example.net'));
    expect(reply).toMatchObject({ status: 'FAILURE', failInfo: { name: 'badRequest' } });
    expect(connector.lastLine()).toMatchObject({ code: 'AlternativeNameRefused' });
  });

  it('stops if the server’s CA differs from the profile’s', async () => {
    const text = await profileWith();
    const other = Buffer.alloc(32).toString('base64');
    const changed = text.replace(/(CAFingerprint<\/key>\s*<data>)[^<]*/, `$1${other}`);
    await expect(enrolledBy(changed)).rejects.toThrow('wrong CA');
  });
});
