import { describe, expect, it } from 'vitest';
import { readCommand } from '../../../lib/scep-client/command-line.ts';

const local = {
  scepUrl: 'http://127.0.0.1:8080/scep/default',
  challengePassword: 'LOCAL',
  caFingerprintSha256: 'ab'.repeat(32),
};

describe('the enroll command', () => {
  it('reads URL, challenge and fingerprint of the local run', () => {
    expect(readCommand(['--subject', 'CN=a'], local)).toMatchObject({
      url: new URL(local.scepUrl),
      localChallenge: 'LOCAL',
      caFingerprint: local.caFingerprintSha256,
      out: './enrolled',
      timeoutSeconds: 300,
    });
  });

  it('uses the local challenge and fingerprint for the local server only', () => {
    const command = readCommand(['--url', 'https://scep.example/'], local);
    expect(command).toMatchObject({ localChallenge: undefined, caFingerprint: undefined });
  });

  it('acts as a Windows device of the local Intune tenant with --intune', () => {
    const scepUrl = 'http://127.0.0.1:8080/scep/intune';
    const intune = { scepUrl, controlUrl: 'http://127.0.0.1:9' };
    expect(readCommand(['--intune'], { ...local, intune })).toMatchObject({
      url: new URL(`${scepUrl}/pkiclient.exe`),
      encryption: { oaep: 'SHA-1' },
      localChallenge: undefined,
      intuneControlUrl: 'http://127.0.0.1:9',
      caFingerprint: local.caFingerprintSha256,
    });
  });

  it('collects repeated names', () => {
    const command = readCommand(['--dns', 'a.example', '--dns', 'b.example'], local);
    expect(command).toMatchObject({ dnsNames: ['a.example', 'b.example'] });
  });

  it('accepts --help without other arguments', () => {
    expect(readCommand(['--help'], {})).toBe('help');
  });

  it.each([
    [[], 'start a local server'],
    [['--url', 'ftp://scep.example'], 'not an http'],
    [['--url', 'scep.example'], 'not an http'],
    [['--url', local.scepUrl, '--cipher', 'des'], '--cipher'],
    [['--url', local.scepUrl, '--key-size', '2048.5'], '--key-size'],
    [['--url', local.scepUrl, '--poll-interval', '0'], '--poll-interval'],
    [['--url', local.scepUrl, '--timeout', ''], '--timeout'],
    [['--url', local.scepUrl, '--nonsense'], '--nonsense'],
    [['--url', local.scepUrl, '--intune'], 'npm start -- --intune'],
  ])('refuses %j', (argv, why) => {
    expect(() => readCommand(argv, {})).toThrow(
      expect.objectContaining({ code: 'badArgument', message: expect.stringContaining(why) }),
    );
  });
});
