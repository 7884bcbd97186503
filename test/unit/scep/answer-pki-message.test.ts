import { describe, expect, it } from 'vitest';
import { Fault } from '../../../lambda/core/errors.ts';
import { memoryDueAttempts } from '../../support/fakes/memory-due.ts';
import { testConnector } from '../../support/fakes/test-connector.ts';
import { rsaKey } from '../../support/kit/keys.ts';
import { cn, name } from '../../support/kit/names.ts';
import { certPoll, pkcsReq } from '../../support/kit/pkcs-req.ts';
import { readReply } from '../../support/kit/reply.ts';
import { testRa } from '../../support/kit/test-ra.ts';

const other = rsaKey(2048, 'other device');
const day = 86_400;

describe('an enrolment', () => {
  it('ends with the certificate for a valid request', async () => {
    const { ra, send, challenge, ca } = testConnector();
    const request = pkcsReq({ ra, challenge: await challenge() });
    const { certRep, outcome } = await send(request.message);
    expect(outcome.status).toBe('issued');
    expect(readReply(certRep, request, ra).status).toBe('SUCCESS');
    expect(ca.orders).toHaveLength(1);
  });

  it('gives the same certificate to the same request, and uses the challenge once', async () => {
    const { ra, send, challenge, ca } = testConnector();
    const request = pkcsReq({ ra, challenge: await challenge() });
    const first = await send(request.message);
    const second = await send(request.message);
    expect(second.outcome).toEqual(first.outcome);
    expect(ca.orders).toHaveLength(1);
  });

  it('is the same if a retrying client sends a new envelope and a new transactionID', async () => {
    const { ra, send, challenge, ca } = testConnector();
    const password = await challenge();
    await send(pkcsReq({ ra, challenge: password }).message);
    const again = await send(pkcsReq({ ra, challenge: password, transactionId: 'SECOND' }).message);
    expect(again.outcome.status).toBe('issued');
    expect(ca.orders).toHaveLength(1);
  });

  it('issues one certificate per one-time challenge, however many keys use it at once (I1)', async () => {
    const { ra, send, challenge, ca } = testConnector();
    const password = await challenge();
    const keys = [rsaKey(), other, rsaKey(2048, 'third device')];
    const messages = keys.map((key) => pkcsReq({ ra, challenge: password, key }).message);
    const answers = await Promise.all(messages.map(send));
    expect(answers.map(({ outcome }) => outcome.status).toSorted()).toEqual([
      'issued',
      'refused',
      'refused',
    ]);
    expect(ca.orders).toHaveLength(1);
  });

  it('issues one certificate for a request that is sent many times at once', async () => {
    const { ra, send, challenge, ca } = testConnector();
    const request = pkcsReq({ ra, challenge: await challenge() });
    const answers = await Promise.all(Array.from({ length: 5 }, () => send(request.message)));
    const issued = answers.filter(({ outcome }) => outcome.status !== 'pending');
    const later = await send(request.message);
    expect(issued.length).toBeGreaterThan(0);
    for (const { outcome } of issued) expect(outcome).toEqual(later.outcome);
    expect(later.outcome.status).toBe('issued');
    expect(new Set(ca.orders.map(({ idempotencyToken }) => idempotencyToken)).size).toBe(1);
  });

  it('is authorised again past half the life of its certificate', async () => {
    const { ra, send, challenge, started, time } = testConnector();
    const request = pkcsReq({ ra, challenge: await challenge({}) });
    await send(request.message);
    time.seconds += 200 * day;
    await send(request.message);
    expect(started.map(({ attempt }) => attempt)).toEqual([1, 2]);
  });

  it('needs another use of its challenge then, which a one-time challenge does not have', async () => {
    const { ra, send, challenge, ca, time } = testConnector();
    const request = pkcsReq({ ra, challenge: await challenge() });
    await send(request.message);
    time.seconds += 200 * day;
    const { outcome } = await send(request.message);
    expect(outcome).toEqual({ status: 'refused', code: 'ChallengeUsed' });
    expect(ca.orders).toHaveLength(1);
  });

  it('stores nothing readable of the request in its row', async () => {
    const { ra, send, challenge, tables } = testConnector({ held: true, waitSeconds: 0 });
    const password = await challenge();
    const request = pkcsReq({ ra, challenge: password });
    await send(request.message);
    const rows = [...tables.rows.values()];
    const kept = JSON.stringify(rows, (_, value) =>
      value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value,
    );
    expect(rows).toHaveLength(1);
    expect(kept).not.toContain(password);
    expect(kept).not.toContain(Buffer.from(request.csr).toString('base64').slice(40, 80));
  });
});

describe('a device that waits', () => {
  it('gets PENDING while nothing is issued, and its certificate by polling', async () => {
    const { ra, send, challenge, started, conduct } = testConnector({ held: true });
    const request = pkcsReq({ ra, challenge: await challenge() });
    const first = await send(request.message);
    for (const input of started.slice(0, 1)) await conduct(input);
    const poll = await send(certPoll({ ra, request }).message);
    expect(first.outcome.status).toBe('pending');
    expect(poll.outcome.status).toBe('issued');
  });

  it.each([
    ['as long as the connector declares', 2, 1.91],
    ['three seconds at most', 7, 3],
    ['not at all if the connector declares zero', 0, 0],
  ])('waits %s', async (_, waitSeconds, waited) => {
    const { ra, send, challenge, time } = testConnector({ held: true, waitSeconds });
    const before = time.seconds;
    await send(pkcsReq({ ra, challenge: await challenge() }).message);
    expect(time.seconds - before).toBeCloseTo(waited);
  });

  it('gets PENDING after one poll if others queue and the CA does not have its request', async () => {
    const { ra, send, challenge, started, time, tables } = testConnector({ held: true });
    tables.nextTurnAtMilliseconds = (time.seconds + 2) * 1000;
    const before = time.seconds;
    const { outcome } = await send(pkcsReq({ ra, challenge: await challenge() }).message);
    expect(outcome.status).toBe('pending');
    expect(time.seconds - before).toBeCloseTo(0.4);
    expect(started).toHaveLength(1);
  });

  it('keeps waiting once the CA has its request, although others queue', async () => {
    const { ra, send, challenge, time, tables, connector, certifyContext } = testConnector();
    tables.nextTurnAtMilliseconds = (time.seconds + 2) * 1000;
    connector.workflow.start = async (attempt) => {
      const askedAtSeconds = certifyContext.clock.nowSeconds();
      const progress = { ...attempt, turnAtMilliseconds: 0, tries: 1, askedAtSeconds };
      await certifyContext.attempts.begin(progress);
    };
    const before = time.seconds;
    await send(pkcsReq({ ra, challenge: await challenge() }).message);
    expect(time.seconds - before).toBeCloseTo(3);
  });

  it('gets PENDING at once while the queue is long, and is left to the dispatcher', async () => {
    const held = testConnector();
    const { ra, send, challenge, started, conduct, time, tables, connector } = held;
    tables.nextTurnAtMilliseconds = (time.seconds + 66) * 1000;
    const before = time.seconds;
    const request = pkcsReq({ ra, challenge: await challenge() });
    const { outcome } = await send(request.message);
    expect(outcome.status).toBe('pending');
    expect(time.seconds).toBe(before);
    expect(started).toEqual([]);
    for (const one of await memoryDueAttempts(tables).due(connector.clock.nowSeconds() + 5, 9))
      await conduct(one);
    expect((await send(request.message)).outcome.status).toBe('issued');
  });

  it('gets its certificate again by polling again, because the answer may be lost (I5)', async () => {
    const { ra, send, challenge, started, conduct } = testConnector({ held: true });
    const request = pkcsReq({ ra, challenge: await challenge() });
    await send(request.message);
    for (const input of started.slice(0, 1)) await conduct(input);
    const polls = [
      await send(certPoll({ ra, request }).message),
      await send(certPoll({ ra, request }).message),
    ];
    const { outcome } = await send(request.message);
    expect(outcome.status).toBe('issued');
    expect(polls.map((poll) => poll.outcome)).toEqual([outcome, outcome]);
  });

  it('starts an attempt that a crash left unstarted, by polling some seconds later', async () => {
    const { ra, send, challenge, connector, time } = testConnector({ waitSeconds: 0 });
    const request = pkcsReq({ ra, challenge: await challenge() });
    const poll = async () => (await send(certPoll({ ra, request }).message)).outcome.status;
    const { start } = connector.workflow;
    connector.workflow.start = async () => {
      throw new Error('killed');
    };
    expect((await send(request.message)).outcome.status).toBe('pending');
    connector.workflow.start = start;
    expect([await poll(), await poll()]).toEqual(['pending', 'pending']);
    time.seconds += 6;
    expect([await poll(), await poll()]).toEqual(['pending', 'issued']);
  });

  it('does not start an attempt by polling while Certify works on it', async () => {
    const { ra, send, challenge, started, time, certifyContext } = testConnector({ held: true });
    const request = pkcsReq({ ra, challenge: await challenge() });
    await send(request.message);
    const [attempt] = started;
    if (attempt === undefined) throw new Error('nothing was started');
    await certifyContext.attempts.begin({ ...attempt, turnAtMilliseconds: 0, tries: 0 });
    time.seconds += 60;
    await send(certPoll({ ra, request }).message);
    expect(started).toHaveLength(1);
  });
});

describe('one transactionID of one key', () => {
  const requests = async (options: Parameters<typeof testConnector>[0]) => {
    const connector = testConnector({ waitSeconds: 0, ...options });
    const { ra, challenge } = connector;
    const one = { ra, transactionId: 'SAME' };
    const first = pkcsReq({ ...one, challenge: await challenge() });
    const second = pkcsReq({
      ...one,
      csr: { challenges: [await challenge()], subject: name(cn('second')) },
    });
    return { ...connector, first, second };
  };

  it('can name two requests at once, and the poll answers for the later one (P-10)', async () => {
    const { ra, first, second, send, started, conduct } = await requests({ held: true });
    await send(first.message);
    expect((await send(second.message)).outcome.status).toBe('pending');
    expect(started).toHaveLength(2);
    for (const input of started.slice(1)) await conduct(input);
    expect((await send(certPoll({ ra, request: second }).message)).outcome.status).toBe('issued');
    expect((await send(first.message)).outcome.status).toBe('pending');
  });

  it('names a new enrolment once the first is settled, because clients derive ids from keys', async () => {
    const { first, second, send, ca } = await requests({});
    await send(first.message);
    await send(second.message);
    expect(ca.orders).toHaveLength(2);
  });

  it('does not keep another key from using the same id', async () => {
    const { first, ra, send, challenge, started } = await requests({ held: true });
    await send(first.message);
    const { outcome } = await send(
      pkcsReq({ ra, transactionId: 'SAME', key: other, challenge: await challenge() }).message,
    );
    expect(outcome.status).toBe('pending');
    expect(started).toHaveLength(2);
  });

  it('cannot be polled by another key, which gets the answer for an unknown id (P-5)', async () => {
    const { first, ra, send, challenge } = await requests({});
    await send(first.message);
    const stranger = pkcsReq({ ra, key: other, challenge: await challenge() });
    const stolen = await send(certPoll({ ra, request: stranger, transactionId: 'SAME' }).message);
    const unknown = await send(certPoll({ ra, request: stranger, transactionId: 'NONE' }).message);
    expect(stolen.outcome).toEqual({ status: 'refused', code: 'NoSuchTransaction' });
    expect(unknown.outcome).toEqual(stolen.outcome);
  });
});

describe('a one-time challenge', () => {
  const refuse = async () => {
    throw new Fault('CertificateRefused');
  };

  it('can be used by another request once the CA rejected the first', async () => {
    const { ra, send, challenge, ca } = testConnector();
    const password = await challenge();
    const { issue } = ca;
    ca.issue = refuse;
    const first = await send(pkcsReq({ ra, challenge: password }).message);
    ca.issue = issue;
    const second = await send(pkcsReq({ ra, challenge: password, key: other }).message);
    expect(first.outcome).toEqual({ status: 'refused', code: 'CertificateRefused' });
    expect(second.outcome.status).toBe('issued');
  });

  it('is not given back to another request while the first one waits', async () => {
    const { ra, send, challenge } = testConnector({ held: true, waitSeconds: 0 });
    const password = await challenge();
    await send(pkcsReq({ ra, challenge: password }).message);
    const { outcome } = await send(pkcsReq({ ra, challenge: password, key: other }).message);
    expect(outcome).toEqual({ status: 'refused', code: 'ChallengeUsed' });
  });

  it('stays valid after its expiry for the request that took it', async () => {
    const { ra, send, challenge, started, conduct, time } = testConnector({ held: true });
    const expiresAtSeconds = Math.floor(time.seconds) + 10;
    const request = pkcsReq({ ra, challenge: await challenge({ maxUses: 1, expiresAtSeconds }) });
    await send(request.message);
    time.seconds += 20;
    expect((await send(request.message)).outcome.status).toBe('pending');
    for (const input of started.slice(0, 1)) await conduct(input);
    expect((await send(request.message)).outcome.status).toBe('issued');
  });
});

describe('a request to an RA identity that a rotation has just created', () => {
  it('is opened by a function that had cached the old identity, and answered with the new one', async () => {
    const nextRa = testRa('next');
    const { send, challenge } = testConnector({ nextRa });
    const request = pkcsReq({ ra: nextRa, challenge: await challenge() });
    const { certRep } = await send(request.message);
    expect(readReply(certRep, request, nextRa).status).toBe('SUCCESS');
  });
});

describe('a request to the previous RA identity', () => {
  it('is opened, and answered with that identity', async () => {
    const previousRa = testRa('previous');
    const { send, challenge } = testConnector({ previousRa });
    const request = pkcsReq({ ra: previousRa, challenge: await challenge() });
    const { certRep } = await send(request.message);
    expect(readReply(certRep, request, previousRa).status).toBe('SUCCESS');
  });

  it('gets its refusal signed by that identity as well', async () => {
    const previousRa = testRa('previous');
    const { send } = testConnector({ previousRa });
    const request = pkcsReq({ ra: previousRa, challenge: 'wrong', messageType: '18' });
    const { certRep } = await send(request.message);
    expect(readReply(certRep, request, previousRa).status).toBe('FAILURE');
  });
});
