import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { basicConstraints, generalName, keyUsage, subjectAltName } from '../kit/extensions.ts';
import { rsaKey } from '../kit/keys.ts';
import { cn, name } from '../kit/names.ts';
import { type PkcsReqOptions, pkcsReq } from '../kit/pkcs-req.ts';
import { readReply } from '../kit/reply.ts';
import { runningApp } from './running-app.ts';

let app: Awaited<ReturnType<typeof runningApp>>;
const passwords: string[] = [];

beforeAll(async () => {
  app = await runningApp();
});
afterAll(() => app.stop());

const made = async (terms: object): Promise<string> => {
  const password = await app.createChallenge(terms);
  passwords.push(password);
  return password;
};

const lastOf = (lines: readonly string[]) =>
  JSON.parse(lines.at(-1) ?? '{}') as Record<string, unknown>;

/** A function's output reaches its log a moment after its answer. */
const loggedSince = (before: number): Promise<readonly string[]> =>
  vi.waitFor(() => {
    const lines = app.log('ScepFunction').slice(before);
    expect(lines).not.toEqual([]);
    return lines;
  });

const oneTime = { MaxUses: 1 };

describe('the app as it is deployed', () => {
  it('issues what the profile allows, names and all, through every function and the emulated CA', async () => {
    const challenge = await made(oneTime);
    const extensions = [
      subjectAltName([generalName.dns('p1.example.com'), generalName.email('p1@example.com')]),
    ];
    const csr = { challenges: [challenge], extensions, subject: name(cn('printer 1')) };
    const request = pkcsReq({ ra: app.ra, key: rsaKey(2048, 'printer'), csr });
    const response = await app.post(request.message);
    const reply = readReply(new Uint8Array(await response.arrayBuffer()), request, app.ra);
    expect(reply.status).toBe('SUCCESS');
    expect(reply.status === 'SUCCESS' && reply.certificate.subjectAltName).toBe(
      'DNS:p1.example.com, email:p1@example.com',
    );
  });

  it('gives the certificate again to the same request, and refuses the challenge to another', async () => {
    const challenge = await made(oneTime);
    const request = pkcsReq({ ra: app.ra, challenge, key: rsaKey(2048, 'one') });
    const serials = [];
    for (const _ of [1, 2]) {
      const response = await app.post(request.message);
      const reply = readReply(new Uint8Array(await response.arrayBuffer()), request, app.ra);
      serials.push(reply.status === 'SUCCESS' && reply.certificate.serialNumber);
    }
    const other = pkcsReq({ ra: app.ra, challenge, key: rsaKey(2048, 'two') });
    const refused = await app.post(other.message);
    expect(serials[0]).toBe(serials[1]);
    expect(readReply(new Uint8Array(await refused.arrayBuffer()), other, app.ra).status).toBe(
      'FAILURE',
    );
  });
});

interface Bad {
  readonly challenge: () => Promise<string | undefined>;
  readonly request?: (challenge: string | undefined) => Omit<PkcsReqOptions, 'ra'>;
  readonly code: string;
  readonly failInfo: string;
}

const good = () => made(oneTime);

const bad: Record<string, Bad> = {
  'a wrong challenge': {
    challenge: async () => 'WRONG',
    code: 'ChallengeUnknown',
    failInfo: 'badRequest',
  },
  'no challenge': {
    challenge: async () => undefined,
    code: 'ChallengeMissing',
    failInfo: 'badRequest',
  },
  'two challenges': {
    challenge: good,
    request: (challenge = '') => ({ csr: { challenges: [challenge, challenge] } }),
    code: 'ChallengeMissing',
    failInfo: 'badRequest',
  },
  'an expired challenge': {
    challenge: async () => {
      const password = await made({ ExpiresAt: Math.floor(Date.now() / 1000) + 1 });
      await setTimeout(1500);
      return password;
    },
    code: 'ChallengeExpired',
    failInfo: 'badRequest',
  },
  'a key of 1024 bits': {
    challenge: good,
    request: (challenge) => ({ challenge, key: rsaKey(1024) }),
    code: 'KeyRefused',
    failInfo: 'badRequest',
  },
  'a name outside the profile': {
    challenge: good,
    request: (challenge = '') => ({
      csr: {
        challenges: [challenge],
        extensions: [subjectAltName([generalName.dns('www.evil.net')])],
      },
    }),
    code: 'AlternativeNameRefused',
    failInfo: 'badRequest',
  },
  'basicConstraints of a CA': {
    challenge: good,
    request: (challenge = '') => ({
      csr: { challenges: [challenge], extensions: [basicConstraints(true)] },
    }),
    code: 'ExtensionRefused',
    failInfo: 'badRequest',
  },
  keyCertSign: {
    challenge: good,
    request: (challenge = '') => ({
      csr: { challenges: [challenge], extensions: [keyUsage(['digitalSignature', 'keyCertSign'])] },
    }),
    code: 'ExtensionRefused',
    failInfo: 'badRequest',
  },
  'a bad self-signature': {
    challenge: good,
    request: (challenge = '') => ({ csr: { challenges: [challenge], corruptSignature: true } }),
    code: 'EnvelopeRefused',
    failInfo: 'badMessageCheck',
  },
  'UpdateReq (18)': {
    challenge: good,
    request: (challenge) => ({ challenge, messageType: '18' }),
    code: 'UnsupportedMessageType',
    failInfo: 'badRequest',
  },
  'single DES': {
    challenge: good,
    request: (challenge) => ({ challenge, envelope: { cipher: 'des' } }),
    code: 'UnsupportedAlgorithm',
    failInfo: 'badAlg',
  },
};

describe('bad input', () => {
  it.each(Object.entries(bad))(
    'with %s gets a signed FAILURE, one log line and no call to the CA',
    async (_, row) => {
      const challenge = await row.challenge();
      const request = pkcsReq({ ra: app.ra, ...(row.request?.(challenge) ?? { challenge }) });
      const before = {
        scep: app.log('ScepFunction').length,
        issue: app.log('IssueFunction').length,
      };
      const response = await app.post(request.message);
      const reply = readReply(new Uint8Array(await response.arrayBuffer()), request, app.ra);
      const lines = await loggedSince(before.scep);
      expect(response.status).toBe(200);
      expect(reply).toMatchObject({ status: 'FAILURE', failInfo: { name: row.failInfo } });
      expect(lines).toHaveLength(1);
      expect(lastOf(lines)).toMatchObject({ outcome: 'refused', code: row.code });
      expect(app.log('IssueFunction')).toHaveLength(before.issue);
    },
  );

  it.each([
    ['not CMS', 400, 'NotAPkiMessage', Buffer.from('hello')],
    ['nothing', 400, 'NotAPkiMessage', Buffer.alloc(0)],
    ['a body over 128 KiB', 413, 'BodyTooLarge', Buffer.alloc(128 * 1024 + 1)],
  ])('that is %s gets HTTP %i %s', async (_, status, code, body) => {
    const before = app.log('ScepFunction').length;
    const response = await app.post(body);
    expect(response.status).toBe(status);
    expect(await response.text()).toBe(`${code}\n`);
    expect(lastOf(await loggedSince(before))).toMatchObject({ outcome: 'fault', code });
  });

  it('for an unknown connector or operation gets 404 and 400', async () => {
    const unknown = await fetch(app.scepUrl.replace('/default', '/nobody'));
    const operation = await fetch(`${app.scepUrl}?operation=GetNextCACert`);
    expect([unknown.status, operation.status]).toEqual([404, 400]);
  });
});

describe('every log', () => {
  it('is free of challenges, keys and requests', () => {
    const lines = app.log('').join('\n');
    expect(passwords.length).toBeGreaterThan(8);
    for (const password of [...passwords, app.challengePassword])
      expect(lines).not.toContain(password);
    expect(lines).not.toMatch(/PRIVATE KEY|CERTIFICATE REQUEST|BEGIN/);
    expect(lines).not.toMatch(/"outcome":"outage"/);
  });
});
