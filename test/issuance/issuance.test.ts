import { createSecretKey } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { collect } from '../../lambda/issuance/collect.ts';
import { issue } from '../../lambda/issuance/issue.ts';
import { sealGrant } from '../../lambda/policy/grant.ts';
import type { CertificateOrder } from '../../lambda/ports.ts';
import { memoryTurnstile } from '../fakes/memory-turnstile.ts';
import { testConnector } from '../fakes/test-connector.ts';
import { buildCsr } from '../kit/csr.ts';
import { generalName, subjectAltName } from '../kit/extensions.ts';
import { rsaKey } from '../kit/keys.ts';
import { cn, name } from '../kit/names.ts';
import { certPoll, pkcsReq } from '../kit/pkcs-req.ts';

/** A granted enrolment whose issuance has not begun. */
async function granted(options: Parameters<typeof testConnector>[0] = {}) {
  const connector = testConnector({ held: true, waitSeconds: 0, ...options });
  const challenge = await connector.challenge();
  const request = pkcsReq({ ra: connector.ra, challenge });
  await connector.send(request.message);
  const [input] = connector.started;
  if (input === undefined) throw new Error('nothing was started');
  return { ...connector, request, password: challenge, input };
}

const another = (ra: Parameters<typeof pkcsReq>[0]['ra'], challenge: string) =>
  pkcsReq({ ra, challenge, key: rsaKey(2048, 'another') });

describe('issue', () => {
  const contextOf = ({ connector, ca }: Awaited<ReturnType<typeof granted>>) => ({
    connectorId: connector.connectorId,
    signingAlgorithm: 'SHA256WITHRSA',
    keys: connector.keys,
    ledger: connector.ledger,
    turnstile: memoryTurnstile(25),
    nowMilliseconds: connector.clock.nowMilliseconds,
    ca,
  });

  it('waits for its turn where the queue is long, and asks when it has come', async () => {
    const enrolment = await granted();
    const context = contextOf(enrolment);
    const now = context.nowMilliseconds();
    for (let ahead = 0; ahead < 100; ahead += 1) await context.turnstile.take(now);
    const queued = await issue(enrolment.input, context);
    expect(queued).toEqual({
      ...enrolment.input,
      asked: false,
      turnAtMilliseconds: now + 4000,
      waitSeconds: 4,
    });
    expect(enrolment.ca.orders).toEqual([]);
    if (!queued.asked) expect(await issue(queued, context)).toMatchObject({ asked: true });
  });

  it('does not wait a state of its own for a turn within the second', async () => {
    const enrolment = await granted();
    const context = contextOf(enrolment);
    for (let ahead = 0; ahead < 20; ahead += 1)
      await context.turnstile.take(context.nowMilliseconds());
    expect(await issue(enrolment.input, context)).toMatchObject({ asked: true });
  });

  it('asks once: a recorded ARN is the answer to the second try', async () => {
    const enrolment = await granted();
    const first = await issue(enrolment.input, contextOf(enrolment));
    const second = await issue(enrolment.input, contextOf(enrolment));
    expect(second).toEqual(first);
    expect(enrolment.ca.orders).toHaveLength(1);
  });

  it('repeats the idempotency token when the answer was lost', async () => {
    const enrolment = await granted();
    const ledger = { ...enrolment.connector.ledger, recordRequest: async () => {} };
    await issue(enrolment.input, { ...contextOf(enrolment), ledger });
    await issue(enrolment.input, { ...contextOf(enrolment), ledger });
    const [one, two] = enrolment.ca.orders.map(({ idempotencyToken }) => idempotencyToken);
    expect(one).toBe(two);
    expect(one).toMatch(/^[\w-]{36}$/);
  });

  const lostAnswer = async (minutes: number) => {
    const enrolment = await granted();
    const ledger = { ...enrolment.connector.ledger, recordRequest: async () => {} };
    const context = { ...contextOf(enrolment), ledger };
    await issue(enrolment.input, context);
    enrolment.time.seconds += minutes * 60;
    return { ...enrolment, context };
  };

  it('asks again while the CA knows the token', async () => {
    const { input, context, ca } = await lostAnswer(3);
    await issue(input, context);
    expect(new Set(ca.orders.map(({ idempotencyToken }) => idempotencyToken)).size).toBe(1);
  });

  it('never asks again when it might not: the certificate would be another', async () => {
    const { input, context, ca } = await lostAnswer(5);
    await expect(issue(input, context)).rejects.toMatchObject({ name: 'IssuanceUnknown' });
    expect(ca.orders).toHaveLength(1);
  });

  it('does not take a busy CA for one that never heard an earlier ask', async () => {
    const { input, context, ca, time } = await lostAnswer(1);
    ca.issue = async () => {
      throw Object.assign(new Error(), { name: 'CertificateAuthorityBusy' });
    };
    await expect(issue(input, context)).rejects.toMatchObject({ name: 'CertificateAuthorityBusy' });
    time.seconds += 240;
    await expect(issue(input, context)).rejects.toMatchObject({ name: 'IssuanceUnknown' });
  });

  it('does not take a refusal for an answer to an earlier ask', async () => {
    const { input, context, ca } = await lostAnswer(1);
    ca.issue = async () => {
      throw Object.assign(new Error(), { name: 'CertificateRefused' });
    };
    await expect(issue(input, context)).rejects.toMatchObject({ message: 'RefusedAfterUnknown' });
  });

  it('asks for as long as it takes where the CA was only ever busy', async () => {
    const enrolment = await granted();
    const { issue: working } = enrolment.ca;
    enrolment.ca.issue = async () => {
      throw Object.assign(new Error(), { name: 'CertificateAuthorityBusy' });
    };
    const busy = issue(enrolment.input, contextOf(enrolment));
    await expect(busy).rejects.toMatchObject({ name: 'CertificateAuthorityBusy' });
    enrolment.time.seconds += 3600;
    enrolment.ca.issue = working;
    expect(await issue(enrolment.input, contextOf(enrolment))).toMatchObject({ asked: true });
  });

  it.each([
    ['an enrolment nobody granted', { enrolmentId: 'f'.repeat(64), generation: 1 }],
    ['a generation nobody granted', { generation: 2 }],
  ])('issues nothing for %s', async (_, change) => {
    const enrolment = await granted();
    const input = { ...enrolment.input, ...change };
    await expect(issue(input, contextOf(enrolment))).rejects.toMatchObject({ name: 'NotGranted' });
    expect(enrolment.ca.orders).toEqual([]);
  });

  it('issues nothing for an entry that somebody wrote into the table', async () => {
    const enrolment = await granted();
    const forged = { ...enrolment.connector.keys, grants: createSecretKey(new Uint8Array(32)) };
    const grant = { ...enrolment.input, connectorId: 'test' } as Parameters<typeof sealGrant>[0];
    const sealedGrant = sealGrant(grant, forged, enrolment.connector.random);
    const ledger = {
      ...enrolment.connector.ledger,
      markAsked: async () => ({
        ...enrolment.input,
        connectorId: 'test',
        sealedGrant,
        state: { status: 'granted' as const },
      }),
    };
    await expect(issue(enrolment.input, { ...contextOf(enrolment), ledger })).rejects.toThrow();
    expect(enrolment.ca.orders).toEqual([]);
  });

  it('composes the certificate itself: subject, usages and names of the Grant', async () => {
    const connector = testConnector({ profile: { alternativeNames: { dns: ['*.example.com'] } } });
    const csr = {
      subject: name(cn('printer'), { type: 'O', value: 'Example' }),
      extensions: [subjectAltName([generalName.dns('p1.example.com')])],
    };
    const challenge = await connector.challenge();
    await connector.send(
      pkcsReq({ ra: connector.ra, challenge, csr: { ...csr, challenges: [challenge] } }).message,
    );
    expect(connector.ca.orders[0]?.passthrough).toEqual({
      Subject: { CommonName: 'printer', Organization: 'Example' },
      Extensions: {
        KeyUsage: { DigitalSignature: true, KeyEncipherment: true },
        ExtendedKeyUsage: [{ ExtendedKeyUsageType: 'CLIENT_AUTH' }],
        SubjectAlternativeNames: [{ DnsName: 'p1.example.com' }],
      },
    });
  });
});

describe('collect', () => {
  it('looks often at first, and twice a minute at a CA that is out for long', async () => {
    const ca = { collect: async () => undefined };
    let state = await collect({ enrolmentId: 'e', generation: 1, certificateArn: 'arn' }, ca);
    const waits: number[] = [];
    for (let look = 0; look < 95 && !state.ready; look += 1) {
      waits.push(state.waitSeconds);
      state = await collect(state, ca);
    }
    expect(waits.slice(0, 6)).toEqual([1, 1, 2, 2, 5, 5]);
    expect([waits[29], waits[30], waits[89], waits[90]]).toEqual([5, 10, 10, 30]);
  });
});

describe('a CA that does not do what it was told', () => {
  const saying = (part: 'Subject' | 'Extensions', words: object) => ({
    alter: (order: CertificateOrder): CertificateOrder => {
      const said = { ...order.passthrough[part], ...words };
      return { ...order, passthrough: { ...order.passthrough, [part]: said } };
    },
  });
  const wrongs: Record<string, Parameters<typeof testConnector>[0]> = {
    'another subject': saying('Subject', { CommonName: 'admin' }),
    'another usage': saying('Extensions', {
      ExtendedKeyUsage: [{ ExtendedKeyUsageType: 'SERVER_AUTH' }],
    }),
    'a name that was not granted': saying('Extensions', {
      SubjectAlternativeNames: [{ DnsName: 'www.example.com' }],
    }),
    'another key': {
      alter: (order) => ({ ...order, request: buildCsr({ key: rsaKey(2048, 'another') }) }),
    },
    'a longer life': { alter: (order) => ({ ...order, validityDays: order.validityDays + 1 }) },
  };

  it.each(Object.entries(wrongs))(
    'with %s: revoked, refused, its challenge used',
    async (_, wrong) => {
      const enrolment = await granted(wrong);
      await enrolment.conduct(enrolment.input);
      const poll = await enrolment.send(
        certPoll({ ra: enrolment.ra, request: enrolment.request }).message,
      );
      const next = await enrolment.send(another(enrolment.ra, enrolment.password).message);
      expect(poll.outcome).toEqual({ status: 'refused', code: 'CertificateMismatch' });
      expect(enrolment.ca.revoked).toHaveLength(1);
      expect(next.outcome).toEqual({ status: 'refused', code: 'ChallengeUsed' });
    },
  );
});

describe('a CA that refuses', () => {
  it('gives the challenge back to the next device', async () => {
    const enrolment = await granted();
    const refusal = Object.assign(new Error(), { name: 'CertificateRefused' });
    enrolment.ca.issue = async () => {
      throw refusal;
    };
    await enrolment.conduct(enrolment.input);
    const poll = await enrolment.send(
      certPoll({ ra: enrolment.ra, request: enrolment.request }).message,
    );
    const next = await enrolment.send(another(enrolment.ra, enrolment.password).message);
    expect(poll.outcome).toEqual({ status: 'refused', code: 'CertificateRefused' });
    expect(next.outcome).toEqual({ status: 'pending' });
  });

  it('lets the same device ask again: a refusal does not stand', async () => {
    const enrolment = await granted();
    const { issue: working } = enrolment.ca;
    enrolment.ca.issue = async () => {
      throw Object.assign(new Error(), { name: 'CertificateRefused' });
    };
    await enrolment.conduct(enrolment.input);
    enrolment.ca.issue = working;
    await enrolment.send(enrolment.request.message);
    const [, second] = enrolment.started;
    expect(second).toEqual({ ...enrolment.input, generation: 2 });
  });
});
