import { describe, expect, it } from 'vitest';
import type { LedgerEntry } from '../lambda/ports.ts';
import { testConnector } from './fakes/test-connector.ts';
import { rsaKey } from './kit/keys.ts';
import { cn, name } from './kit/names.ts';
import { certPoll, pkcsReq } from './kit/pkcs-req.ts';
import { readReply } from './kit/reply.ts';
import { testRa } from './kit/test-ra.ts';

const other = rsaKey(2048, 'other device');
const day = 86_400;

describe('an enrolment', () => {
  it('ends with the certificate for a good request', async () => {
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

  it('is the same when the envelope and the transactionID are new, as a retrying client makes them', async () => {
    const { ra, send, challenge, ca } = testConnector();
    const password = await challenge();
    await send(pkcsReq({ ra, challenge: password }).message);
    const again = await send(pkcsReq({ ra, challenge: password, transactionId: 'SECOND' }).message);
    expect(again.outcome.status).toBe('issued');
    expect(ca.orders).toHaveLength(1);
  });

  it('issues one certificate for one one-time challenge, however many keys come at once (I1)', async () => {
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

  it('issues one certificate for one request that comes many times at once', async () => {
    const { ra, send, challenge, ca } = testConnector();
    const request = pkcsReq({ ra, challenge: await challenge() });
    const answers = await Promise.all(Array.from({ length: 5 }, () => send(request.message)));
    expect(answers.map(({ outcome }) => outcome.status)).toEqual(Array(5).fill('issued'));
    expect(new Set(ca.orders.map(({ idempotencyToken }) => idempotencyToken)).size).toBe(1);
  });

  it('is authorised anew past half the life of its certificate', async () => {
    const { ra, send, challenge, started, time } = testConnector();
    const request = pkcsReq({ ra, challenge: await challenge({}) });
    await send(request.message);
    time.seconds += 200 * day;
    await send(request.message);
    expect(started.map(({ generation }) => generation)).toEqual([1, 2]);
  });

  it('needs another use of its challenge then: a one-time challenge is over', async () => {
    const { ra, send, challenge, ca, time } = testConnector();
    const request = pkcsReq({ ra, challenge: await challenge() });
    await send(request.message);
    time.seconds += 200 * day;
    const { outcome } = await send(request.message);
    expect(outcome).toEqual({ status: 'refused', code: 'ChallengeUsed' });
    expect(ca.orders).toHaveLength(1);
  });

  it('keeps nothing readable of the request in the ledger', async () => {
    const { ra, send, challenge, connector } = testConnector({ held: true, waitSeconds: 0 });
    const entries: LedgerEntry[] = [];
    const { begin } = connector.ledger;
    connector.ledger.begin = (entry) => {
      entries.push(entry);
      return begin(entry);
    };
    const password = await challenge();
    await send(pkcsReq({ ra, challenge: password }).message);
    expect(entries).toHaveLength(1);
    expect(entries.some(({ sealedGrant }) => Buffer.from(sealedGrant).includes(password))).toBe(
      false,
    );
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

  it('waits as long as the connector says and no longer', async () => {
    const { ra, send, challenge, time } = testConnector({ held: true, waitSeconds: 7 });
    const before = time.seconds;
    await send(pkcsReq({ ra, challenge: await challenge() }).message);
    expect(time.seconds - before).toBeCloseTo(7);
  });

  it('is told PENDING at once while the queue at the CA is long, and is issued all the same', async () => {
    const { ra, send, challenge, connector, started, time } = testConnector({ held: true });
    connector.turnstile.next = async () => (time.seconds + 30) * 1000;
    const before = time.seconds;
    const { outcome } = await send(pkcsReq({ ra, challenge: await challenge() }).message);
    expect(outcome.status).toBe('pending');
    expect(time.seconds).toBe(before);
    expect(started).toHaveLength(1);
  });

  it('gets its certificate again by polling again: the answer may be lost (I5)', async () => {
    const { ra, send, challenge } = testConnector();
    const request = pkcsReq({ ra, challenge: await challenge() });
    const first = await send(request.message);
    const polls = [
      await send(certPoll({ ra, request }).message),
      await send(certPoll({ ra, request }).message),
    ];
    expect(polls.map(({ outcome }) => outcome)).toEqual([first.outcome, first.outcome]);
  });

  it('starts what a crash left unstarted, by polling', async () => {
    const { ra, send, challenge, connector } = testConnector();
    const request = pkcsReq({ ra, challenge: await challenge() });
    const { start } = connector.conductor;
    connector.conductor.start = async () => {
      throw new Error('killed');
    };
    await expect(send(request.message)).rejects.toThrow('killed');
    connector.conductor.start = start;
    expect((await send(certPoll({ ra, request }).message)).outcome.status).toBe('issued');
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

  it('is one request at a time', async () => {
    const { first, second, send, started } = await requests({ held: true });
    await send(first.message);
    const { outcome } = await send(second.message);
    expect(outcome).toEqual({ status: 'refused', code: 'TransactionInFlight' });
    expect(started).toHaveLength(1);
  });

  it('is a new enrolment once the first is settled: ids made of keys come again', async () => {
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

  it('cannot be polled by another key: the answer is that of an unknown id (P-5)', async () => {
    const { first, ra, send, challenge } = await requests({});
    await send(first.message);
    const stranger = pkcsReq({ ra, key: other, challenge: await challenge() });
    const stolen = await send(certPoll({ ra, request: stranger, transactionId: 'SAME' }).message);
    const unknown = await send(certPoll({ ra, request: stranger, transactionId: 'NONE' }).message);
    expect(stolen.outcome).toEqual({ status: 'refused', code: 'NoSuchTransaction' });
    expect(unknown.outcome).toEqual(stolen.outcome);
  });
});

describe('an outage', () => {
  const calls = [
    ['envelopes', 'admit'],
    ['ledger', 'find'],
    ['ledger', 'findTransaction'],
    ['challenges', 'claim'],
    ['ledger', 'begin'],
    ['ledger', 'bindTransaction'],
    ['turnstile', 'next'],
    ['conductor', 'start'],
  ] as const;

  it.each(calls)(
    'of %s.%s refuses nothing, issues nothing and burns nothing (I6)',
    async (port, call) => {
      const { ra, send, challenge, connector, ca } = testConnector();
      const request = pkcsReq({ ra, challenge: await challenge() });
      const target = connector[port] as unknown as Record<string, unknown>;
      const working = target[call];
      target[call] = async () => {
        throw new Error('down');
      };
      await expect(send(request.message)).rejects.toThrow('down');
      expect(ca.orders).toEqual([]);
      target[call] = working;
      expect((await send(request.message)).outcome.status).toBe('issued');
    },
  );

  it.each(calls)('of %s.%s after it was done loses nothing either', async (port, call) => {
    const { ra, send, challenge, connector, ca } = testConnector();
    const request = pkcsReq({ ra, challenge: await challenge() });
    const target = connector[port] as unknown as Record<string, (...given: unknown[]) => unknown>;
    const working = target[call];
    target[call] = async (...given) => {
      await working?.(...given);
      throw new Error('answer lost');
    };
    await expect(send(request.message)).rejects.toThrow('answer lost');
    if (working) target[call] = working;
    expect((await send(request.message)).outcome.status).toBe('issued');
    expect(ca.orders).toHaveLength(1);
  });
});

describe('a request to an RA identity that a rotation has just made', () => {
  it('is opened by a function that still had the old one, and answered by the new', async () => {
    const nextRa = testRa('next');
    const { send, challenge } = testConnector({ nextRa });
    const request = pkcsReq({ ra: nextRa, challenge: await challenge() });
    const { certRep } = await send(request.message);
    expect(readReply(certRep, request, nextRa).status).toBe('SUCCESS');
  });
});

describe('a request to the previous RA identity', () => {
  it('is opened, and answered by that identity', async () => {
    const previousRa = testRa('previous');
    const { send, challenge } = testConnector({ previousRa });
    const request = pkcsReq({ ra: previousRa, challenge: await challenge() });
    const { certRep } = await send(request.message);
    expect(readReply(certRep, request, previousRa).status).toBe('SUCCESS');
  });

  it('is refused by that identity, too, when it is refused', async () => {
    const previousRa = testRa('previous');
    const { send } = testConnector({ previousRa });
    const request = pkcsReq({ ra: previousRa, challenge: 'wrong', messageType: '18' });
    const { certRep } = await send(request.message);
    expect(readReply(certRep, request, previousRa).status).toBe('FAILURE');
  });
});
