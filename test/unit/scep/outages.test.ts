/**
 * A dependency of the scep function is down, or its answer is lost. The same request continues
 * where it stopped (docs/architecture.md, invariant I6).
 */
import { describe, expect, it } from 'vitest';
import type { ScepContext } from '../../../lambda/scep/context.ts';
import { testConnector } from '../../support/fakes/test-connector.ts';
import { certPoll, pkcsReq } from '../../support/kit/pkcs-req.ts';

type Method = (...given: unknown[]) => unknown;

/** Replaces a method of a port. Returns a function that restores it. */
function replace(port: object, call: string, by: (working: Method) => Method): () => void {
  const methods = port as Record<string, Method>;
  const working = methods[call];
  if (working === undefined) throw new Error(`there is no ${call}`);
  methods[call] = by(working);
  return () => {
    methods[call] = working;
  };
}

const down = (): Method => async () => {
  throw new Error('down');
};

/** Does its work, then fails. */
const answerLost =
  (working: Method): Method =>
  async (...given) => {
    await working(...given);
    throw new Error('answer lost');
  };

/**
 * Creates a connector that issues at once, and a request to it. `retry` repeats the request as a
 * device does.
 */
async function createRetryingDevice() {
  const connector = testConnector();
  const { ra, send, challenge, time } = connector;
  const request = pkcsReq({ ra, challenge: await challenge() });
  const retry = async (): Promise<string> => {
    let status = 'pending';
    for (let tries = 0; status === 'pending' && tries < 3; tries += 1) {
      time.seconds += 10;
      status = (await send(request.message)).outcome.status;
    }
    return status;
  };
  return { ...connector, request, retry };
}

const portOf = (
  connector: ScepContext,
  port: 'decryptions' | 'envelopes' | 'enrolments',
): object => {
  if (port !== 'decryptions') return connector[port];
  // The budgets of the fakes share one object.
  Object.assign(connector.limits, { decryptions: { ...connector.limits.decryptions } });
  return connector.limits.decryptions;
};

describe('an outage before anything is decided', () => {
  const calls = [
    ['decryptions', 'allows'],
    ['envelopes', 'admit'],
    ['enrolments', 'readKnown'],
    ['enrolments', 'claim'],
  ] as const;

  it.each(calls)(
    'of %s.%s refuses nothing, issues nothing and takes no use',
    async (port, call) => {
      const { send, connector, ca, tables, request, retry } = await createRetryingDevice();
      const restore = replace(portOf(connector, port), call, down);
      await expect(send(request.message)).rejects.toThrow('down');
      expect(ca.orders).toEqual([]);
      expect([...tables.challenges.values()][0]?.usesLeft).toBe(1);
      restore();
      expect(await retry()).toBe('issued');
    },
  );

  it.each(calls)('of %s.%s after the call took effect loses nothing either', async (port, call) => {
    const { send, connector, ca, request, retry } = await createRetryingDevice();
    const restore = replace(portOf(connector, port), call, answerLost);
    await expect(send(request.message)).rejects.toThrow('answer lost');
    restore();
    expect(await retry()).toBe('issued');
    expect(ca.orders).toHaveLength(1);
  });
});

describe('an outage of the workflow', () => {
  it.each([
    ['before the start', down, 0],
    ['after the start', answerLost, 1],
  ])('%s leads to PENDING, and loses nothing', async (_, by, orders) => {
    const { send, connector, ca, request, retry } = await createRetryingDevice();
    const reported: unknown[] = [];
    const report = (...what: unknown[]): void => void reported.push(what);
    Object.assign(connector, { report });
    const restore = replace(connector.workflow, 'start', by);
    expect((await send(request.message)).outcome.status).toBe('pending');
    expect(reported).toEqual([['start', expect.any(Error)]]);
    expect(ca.orders).toHaveLength(orders);
    restore();
    expect(await retry()).toBe('issued');
    expect(ca.orders).toHaveLength(1);
  });
});

describe('an outage of the transaction binding', () => {
  it.each([
    ['before', down],
    ['after', answerLost],
  ])('%s the write sends no PENDING that could not be polled', async (_, by) => {
    const { ra, send, challenge, connector, started, conduct } = testConnector({ held: true });
    const request = pkcsReq({ ra, challenge: await challenge() });
    const restore = replace(connector.enrolments, 'bindTransaction', by);
    await expect(send(request.message)).rejects.toThrow();
    restore();
    expect((await send(request.message)).outcome.status).toBe('pending');
    for (const input of started.slice(0, 1)) await conduct(input);
    expect((await send(certPoll({ ra, request }).message)).outcome.status).toBe('issued');
  });

  it('does not matter for a certificate, which needs no poll', async () => {
    const { send, connector, tables, request } = await createRetryingDevice();
    replace(connector.enrolments, 'bindTransaction', down);
    expect((await send(request.message)).outcome.status).toBe('issued');
    expect(tables.transactions.size).toBe(0);
  });
});

describe('an outage while a device polls', () => {
  it.each(['findTransaction', 'readKnown'])('of %s refuses nothing', async (call) => {
    const { ra, send, challenge, connector } = testConnector({ held: true });
    const request = pkcsReq({ ra, challenge: await challenge() });
    await send(request.message);
    const restore = replace(connector.enrolments, call, down);
    const poll = certPoll({ ra, request });
    await expect(send(poll.message)).rejects.toThrow('down');
    restore();
    expect((await send(poll.message)).outcome.status).toBe('pending');
  });
});
