import { X509Certificate } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import type { RefusalCode } from '../../lambda/core/errors.ts';
import { failInfoTextOf } from '../../lambda/core/fail-info-text.ts';
import {
  basicConstraints,
  generalName,
  keyUsage,
  subjectAltName,
} from '../support/kit/extensions.ts';
import { rsaKey } from '../support/kit/keys.ts';
import { cn, name } from '../support/kit/names.ts';
import { type PkcsReqOptions, pkcsReq } from '../support/kit/pkcs-req.ts';
import { readReply } from '../support/kit/reply.ts';
import { enrol, exchange, serialNumberIn } from './device.ts';
import { type LogLine, type RunningApp, runningApp } from './running-app.ts';

let app: RunningApp;
const passwords: string[] = [];

beforeAll(async () => {
  app = await runningApp();
});

const made = async (terms: object): Promise<string> => {
  const password = await app.createChallenge(terms);
  passwords.push(password);
  return password;
};

const oneTime = { MaxUses: 1 };

describe('the deployed app', () => {
  it('prints the fingerprint of its RA certificate at start', () => {
    const { fingerprint256 } = new X509Certificate(app.ra.raCertificate);
    expect(app.raFingerprintSha256).toBe(fingerprint256.replaceAll(':', '').toLowerCase());
  });

  it('issues a certificate with the allowed names, through every function and the emulated CA', async () => {
    const challenge = await made(oneTime);
    const extensions = [
      subjectAltName([generalName.dns('p1.example.com'), generalName.email('p1@example.com')]),
    ];
    const csr = { challenges: [challenge], extensions, subject: name(cn('printer 1')) };
    const request = pkcsReq({ ra: app.ra, key: rsaKey(2048, 'printer'), csr });
    const reply = await enrol(request, app);
    expect(reply.status).toBe('SUCCESS');
    expect(reply.status === 'SUCCESS' && reply.certificate.subjectAltName).toBe(
      'DNS:p1.example.com, email:p1@example.com',
    );
  });

  it('returns the same certificate to a repeated request, and refuses another one', async () => {
    const challenge = await made(oneTime);
    const request = pkcsReq({ ra: app.ra, challenge, key: rsaKey(2048, 'one') });
    const first = await enrol(request, app);
    const again = await exchange(request, app);
    const other = pkcsReq({ ra: app.ra, challenge, key: rsaKey(2048, 'two') });
    expect(first.status).toBe('SUCCESS');
    expect(serialNumberIn(again)).toBe(serialNumberIn(first));
    expect((await exchange(other, app)).status).toBe('FAILURE');
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
    failInfo: 'badRequest',
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

/** The enrolmentIds of refused requests, if the requests were decrypted. */
const refused = new Set<unknown>();

describe('bad input', () => {
  it.each(Object.entries(bad))('with %s gets a signed FAILURE and one log line', async (_, row) => {
    const challenge = await row.challenge();
    const request = pkcsReq({ ra: app.ra, ...(row.request?.(challenge) ?? { challenge }) });
    const response = await app.post(request.message);
    const reply = readReply(new Uint8Array(await response.arrayBuffer()), request, app.ra);
    const lines = await app.logged(
      'ScepFunction',
      ({ transactionId }) => transactionId === request.transactionId,
    );
    expect(response.status).toBe(200);
    const failInfoText = failInfoTextOf(row.code as RefusalCode);
    expect(reply).toMatchObject({
      status: 'FAILURE',
      failInfo: { name: row.failInfo },
      failInfoText,
    });
    expect(lines).toMatchObject([{ outcome: 'refused', code: row.code }]);
    refused.add(lines[0]?.enrolmentId);
  });

  it.each([
    ['not CMS', 400, 'NotAPkiMessage', Buffer.from('hello')],
    ['empty', 400, 'NotAPkiMessage', Buffer.alloc(0)],
    ['a body over 128 KiB', 413, 'BodyTooLarge', Buffer.alloc(128 * 1024 + 1)],
  ])('that is %s gets HTTP %i %s', async (_, status, code, body) => {
    const sentAt = new Date().toISOString();
    const response = await app.post(body);
    expect(response.status).toBe(status);
    expect(await response.text()).toBe(`${code}\n`);
    const isOfIt = (line: LogLine) => String(line.time) >= sentAt && line.outcome === 'fault';
    expect(await app.logged('ScepFunction', isOfIt)).toMatchObject([{ code }]);
  });

  it('starts no attempt and therefore makes no call to the CA', () => {
    const attempts = app.log('CertifyFunction').map((line) => JSON.parse(line) as LogLine);
    expect(refused.size).toBeGreaterThan(2);
    expect(attempts.filter(({ enrolmentId }) => refused.has(enrolmentId))).toEqual([]);
    expect(attempts).not.toEqual([]);
  });

  it('with an unknown connector or operation gets 404 or 400', async () => {
    const unknown = await fetch(app.scepUrl.replace('/default', '/nobody'));
    const operation = await fetch(`${app.scepUrl}?operation=GetNextCACert`);
    expect([unknown.status, operation.status]).toEqual([404, 400]);
  });
});

describe('every log', () => {
  it('contains no challenge, no key and no request', () => {
    const lines = app.log('').join('\n');
    expect(passwords.length).toBeGreaterThan(8);
    for (const password of [...passwords, app.challengePassword])
      expect(lines).not.toContain(password);
    expect(lines).not.toMatch(/PRIVATE KEY|CERTIFICATE REQUEST|BEGIN/);
    expect(lines).not.toMatch(/"outcome":"outage"/);
  });
});
