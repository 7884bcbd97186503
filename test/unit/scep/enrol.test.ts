import { describe, expect, it } from 'vitest';
import type { ScepContext } from '../../../lambda/scep/context.ts';
import { memoryIntune } from '../../support/fakes/memory-intune.ts';
import { createDevice } from './device.ts';

const unanswered = { held: true, waitSeconds: 0 };

describe('a request', () => {
  it('gets its certificate, and its transaction is not stored', async () => {
    const { outcome, tables } = await createDevice();
    expect(await outcome()).toMatchObject({ status: 'issued' });
    expect(tables.transactions.size).toBe(0);
  });

  it('gets the same certificate when it is repeated, and starts nothing', async () => {
    const { outcome, started, ca, usesLeft } = await createDevice();
    const first = await outcome();
    expect(await outcome()).toEqual(first);
    expect([started.length, ca.orders.length, usesLeft()]).toEqual([1, 1, 0]);
  });

  it('costs one read of the stored facts and one write of the decision', async () => {
    const { sendWith, connector } = await createDevice(unanswered);
    const calls: string[] = [];
    const listed = new Proxy(connector.enrolments, {
      get: (target, name) => {
        calls.push(String(name));
        return Reflect.get(target, name);
      },
    });
    await sendWith({ enrolments: listed });
    expect(calls).toEqual(['readKnown', 'claim', 'bindTransaction']);
  });

  it('binds its transaction before PENDING leaves, and is an outage if that fails', async () => {
    const { sendWith, replacing, outcome, poll } = await createDevice(unanswered);
    const bindTransaction = async () => Promise.reject(new Error('down'));
    await expect(sendWith(replacing({ bindTransaction }))).rejects.toThrow('down');
    expect(await outcome()).toEqual({ status: 'pending' });
    expect(await outcome(poll())).toEqual({ status: 'pending' });
  });

  it('to an Intune connector without an Intune client is an outage, and never uses our challenges', async () => {
    const { sendWith, connector, request } = await createDevice({ intune: memoryIntune() });
    const { intune: _, ...without } = connector;
    const sent = sendWith({ ...without, intune: undefined }, request.message);
    await expect(sent).rejects.toMatchObject({ code: 'IntuneMissing' });
  });

  it('gets PENDING within 15 seconds if Intune takes twelve to validate it', async () => {
    const intune = memoryIntune();
    const { timed, outcome, time } = await createDevice({ intune, held: true });
    const { validate } = intune;
    intune.validate = async (request) => {
      time.seconds += 12;
      return await validate(request);
    };
    expect(await timed(outcome)).toBeLessThanOrEqual(15_000);
  });

  it('that Intune grants takes no use and names no challenge', async () => {
    const { outcome, rows, usesLeft } = await createDevice({ intune: memoryIntune() });
    await outcome();
    expect(rows()[0]).not.toHaveProperty('challengeId');
    expect(usesLeft()).toBe(1);
  });
});

describe('an undecided claim', () => {
  const throttled = async () =>
    Promise.reject(Object.assign(new Error('throttled'), { name: 'ThrottlingException' }));

  it('takes no use: days later a request with a new key gets a certificate', async () => {
    const { sendWith, replacing, outcome, withNewKey, usesLeft, time } = await createDevice();
    await expect(sendWith(replacing({ claim: throttled }))).rejects.toThrow('throttled');
    expect(usesLeft()).toBe(1);
    time.seconds += 3 * 86_400;
    expect(await outcome(withNewKey('a new key').message)).toMatchObject({ status: 'issued' });
    expect(await outcome()).toMatchObject({ status: 'refused', code: 'ChallengeUsed' });
  });

  it('refuses nothing: the same request continues where it stopped', async () => {
    const { sendWith, replacing, outcome } = await createDevice();
    await expect(sendWith(replacing({ readKnown: throttled }))).rejects.toThrow('throttled');
    expect(await outcome()).toMatchObject({ status: 'issued' });
  });

  it('includes a claim on a settled row that changed after it was read', async () => {
    const weekly = { profile: { validityDays: 7 } };
    const { sendWith, replacing, outcome, rows, changeChallenge, time } =
      await createDevice(weekly);
    await outcome();
    changeChallenge({ usesLeft: 1 });
    time.seconds += 30 * 86_400;
    const [existing] = rows();
    if (existing === undefined) throw new Error('no row');
    const sent = sendWith(replacing({ claim: async () => ({ existing }) }));
    await expect(sent).rejects.toMatchObject({ code: 'ChallengeContended' });
  });
});

describe('copies of one request at once, on a one-time challenge', () => {
  /** Delays reads and writes, so that copies interleave at every step. */
  function delayed(enrolments: ScepContext['enrolments']): ScepContext['enrolments'] {
    const moment = () => new Promise<void>((resolve) => setImmediate(resolve));
    return {
      ...enrolments,
      readKnown: async (keys) => {
        await moment();
        const known = await enrolments.readKnown(keys);
        await moment();
        return known;
      },
      claim: async (claim) => {
        await moment();
        return await enrolments.claim(claim);
      },
    };
  }

  it.each([2, 4])('get the same certificate (%i copies)', async (count) => {
    const { sendWith, connector, outcome, ca, usesLeft } = await createDevice();
    const enrolments = delayed(connector.enrolments);
    const copies = Array.from({ length: count }, () => sendWith({ enrolments }));
    const answers = await Promise.all(copies);
    const last = await outcome();
    expect(last).toMatchObject({ status: 'issued' });
    for (const { outcome: one } of answers)
      expect([last, { status: 'pending' }]).toContainEqual(one);
    expect([ca.orders.length, usesLeft()]).toEqual([1, 0]);
  });

  it('are not refused for the use that the first copy took between two reads', async () => {
    const { sendWith, replacing, connector, outcome, usesLeft } = await createDevice();
    let reads = 0;
    const readKnown: ScepContext['enrolments']['readKnown'] = async (keys) => {
      reads += 1;
      if (reads > 1) return await connector.enrolments.readKnown(keys);
      await outcome();
      const { row: _, ...rest } = await connector.enrolments.readKnown(keys);
      return rest;
    };
    const { outcome: copy } = await sendWith(replacing({ readKnown }));
    expect(copy).toMatchObject({ status: 'issued' });
    expect([reads, usesLeft()]).toEqual([2, 0]);
  });

  it('are not refused by the transaction for that use either', async () => {
    const { sendWith, replacing, outcome } = await createDevice();
    const claim = async () => {
      await outcome();
      return { refused: 'used' } as const;
    };
    const { outcome: copy } = await sendWith(replacing({ claim }));
    expect(copy).toMatchObject({ status: 'issued' });
  });

  it.each(['used', 'expired', 'revoked', 'unknown'] as const)(
    'are refused as %s if none of them was granted',
    async (refused) => {
      const { sendWith, replacing } = await createDevice();
      const claim = async () => ({ refused });
      const { outcome } = await sendWith(replacing({ claim }));
      const word = refused[0]?.toUpperCase() + refused.slice(1);
      expect(outcome).toEqual({ status: 'refused', code: `Challenge${word}` });
    },
  );
});

describe('a start', () => {
  it('that fails is reported and left to the dispatcher, and the device gets PENDING', async () => {
    const { sendWith, tables, connector } = await createDevice();
    const reported: unknown[] = [];
    const start = async () => Promise.reject(new Error('throttled'));
    const { outcome } = await sendWith({
      workflow: { start },
      report: (...what) => void reported.push(what),
    });
    expect(outcome).toEqual({ status: 'pending' });
    expect(reported).toEqual([['start', expect.objectContaining({ message: 'throttled' })]]);
    const [stored] = [...tables.rows.values()];
    expect(stored?.due?.of).toBe('due');
    expect(stored?.due?.atSeconds).toBeLessThanOrEqual(connector.clock.nowSeconds() + 5);
  });

  it('is left to the dispatcher while more than 65 seconds of requests queue', async () => {
    const { outcome, timed, tables, connector, started } = await createDevice({ held: true });
    tables.nextTurnAtMilliseconds = connector.clock.nowMilliseconds() + 65_001;
    expect(await timed(outcome)).toBe(0);
    expect(started).toEqual([]);
    expect(tables.rows.size).toBe(1);
  });

  it('happens with a shorter queue, and the device gets PENDING at once if the queue outlasts the wait', async () => {
    const { outcome, timed, tables, connector, started } = await createDevice({ held: true });
    tables.nextTurnAtMilliseconds = connector.clock.nowMilliseconds() + 4_000;
    expect(await timed(outcome)).toBe(0);
    expect(started).toHaveLength(1);
  });
});
