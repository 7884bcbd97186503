import {
  TransactionCanceledException,
  TransactionConflictException,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  certificateOf,
  claimed,
  created,
  grantedRow,
  issuing,
  refusing,
  withholding,
} from './samples.ts';
import { dynamoStores, now, quickRepeats, type Stores, startTables } from './stores.ts';
import { watchedClient } from './watched-client.ts';

let running: Awaited<ReturnType<typeof startTables>>;
beforeAll(async () => {
  running = await startTables();
});
afterAll(() => running.stop());

const about = { message: 'injected', $metadata: {} };
const cancelled = (...codes: readonly string[]) =>
  new TransactionCanceledException({
    ...about,
    CancellationReasons: codes.map((Code) => ({ Code })),
  });

/** Creates stores whose first `times` writes, once armed, conflict with another transaction. */
function contended(times: number) {
  let left = 0;
  const { client, calls } = watchedClient(running.client, ({ name }) => {
    if (!/Update|Put|TransactWrite/.test(name) || left <= 0) return undefined;
    left -= 1;
    return name === 'TransactWriteItems'
      ? cancelled('None', 'TransactionConflict')
      : new TransactionConflictException(about);
  });
  const arm = () => {
    left = times;
    calls.length = 0;
  };
  return { stores: dynamoStores(client, 'test', quickRepeats), calls, arm };
}

/** Every write of the stores, each on a new row. */
const writes: Readonly<Record<string, (stores: Stores) => Promise<() => Promise<unknown>>>> = {
  'a settlement': async (stores) => {
    const row = await claimed(stores);
    return () => stores.attempts.settle(issuing(certificateOf(row)));
  },
  'a record of a turn': async (stores) => {
    const { enrolmentId, attempt } = grantedRow();
    const turn = { enrolmentId, attempt, turnAtMilliseconds: 1, tries: 0 };
    return () => stores.attempts.begin(turn);
  },
  'a mark': async (stores) => {
    const { enrolmentId, attempt } = grantedRow();
    await stores.attempts.begin({ enrolmentId, attempt, turnAtMilliseconds: 1, tries: 0 });
    return () => stores.attempts.mark({ enrolmentId, attempt }, now);
  },
  'a serial record': async (stores) => {
    const certificate = certificateOf(grantedRow());
    return () => stores.attempts.record(certificate);
  },
  'a postponement': async (stores) => {
    const row = await claimed(stores);
    return () => stores.attempts.postpone(row, now);
  },
  'a claim that counts nothing': async (stores) => () => claimed(stores),
};

describe.each(Object.entries(writes))(
  '%s that conflicts with another transaction',
  (_, prepare) => {
    it('is repeated', async () => {
      const { stores, calls, arm } = contended(2);
      const write = await prepare(stores);
      arm();
      await expect(write()).resolves.toBeTruthy();
      expect(calls).toHaveLength(3);
    });

    it('is an outage if every try conflicts', async () => {
      const { stores, arm } = contended(100_000);
      const write = await prepare(stores);
      arm();
      await expect(write()).rejects.toMatchObject({ code: expect.stringMatching(/Contended$/) });
    });
  },
);

/** Every write of an admin, with which claims of the same challenge conflict. */
const adminWrites: Readonly<Record<string, (stores: Stores, id: string) => Promise<boolean>>> = {
  'a revocation': ({ register }, id) => register.revoke(id, now),
  'a rotation': ({ register }, id) =>
    register.replace(id, { challengeId: 'next', expiresAtSeconds: now + 60 }, now),
  'a change of tags': ({ register }, id) =>
    register.tags.change(id, { set: { a: 'b' }, remove: [] }, now),
};

describe.each(Object.entries(adminWrites))(
  '%s of a challenge that conflicts with claims',
  (_, write) => {
    it('is repeated until it succeeds', async () => {
      const { stores, calls, arm } = contended(3);
      const id = await created(stores, 5);
      arm();
      expect(await write(stores, id)).toBe(true);
      expect(calls).toHaveLength(4);
    });
  },
);

describe('a revocation of a withheld certificate that conflicts with another transaction', () => {
  it('is repeated', async () => {
    const { stores, arm } = contended(2);
    const certificate = certificateOf(await claimed(stores));
    await stores.attempts.settle(withholding(certificate));
    const [one] = (await stores.withheld.pending(100)).certificates;
    if (one === undefined) throw new Error('not withheld');
    arm();
    await stores.withheld.markRevoked(one, now);
    expect((await stores.withheld.pending(100)).certificates).toEqual([]);
  });
});

describe('a transaction that is cancelled', () => {
  /** Makes a claim whose first transaction fails with these reasons. */
  const claimAfter = async (...codes: readonly string[]) => {
    let isArmed = false;
    const { client } = watchedClient(running.client, ({ name }) => {
      if (name !== 'TransactWriteItems' || !isArmed) return undefined;
      isArmed = false;
      return cancelled(...codes);
    });
    const stores = dynamoStores(client, 'test', quickRepeats);
    const countedChallenge = await created(stores, 1);
    const row = grantedRow();
    isArmed = true;
    return await stores.enrolments.claim({ row, countedChallenge, nowSeconds: now });
  };

  it.each([
    ['TransactionConflict', 'ConditionalCheckFailed'],
    ['ConditionalCheckFailed', 'TransactionConflict'],
    ['ThrottlingError', 'ConditionalCheckFailed'],
    ['ProvisionedThroughputExceeded', 'None'],
  ])('with %s and %s is undecided and refuses no request', async (...codes) => {
    expect(await claimAfter(...codes)).toBe('claimed');
  });

  it('with only a failed condition is a verdict', async () => {
    expect(await claimAfter('None', 'ConditionalCheckFailed')).toEqual({ refused: 'unknown' });
  });

  it('with any other reason is an internal error that is not repeated', async () => {
    await expect(claimAfter('ValidationError', 'None')).rejects.toThrow('injected');
  });
});

describe('a throttled write', () => {
  it('is not a verdict, so it is thrown and the row stays open', async () => {
    let isArmed = false;
    const throttling = Object.assign(new Error('throttled'), { name: 'ThrottlingException' });
    const { client } = watchedClient(running.client, () => (isArmed ? throttling : undefined));
    const stores = dynamoStores(client, 'test', quickRepeats);
    const row = await claimed(stores);
    isArmed = true;
    await expect(stores.attempts.settle(refusing(row))).rejects.toThrow('throttled');
    await expect(stores.attempts.recordArn(row, 'arn:one')).rejects.toMatchObject({
      code: 'SettlementContended',
    });
    isArmed = false;
    expect((await stores.enrolments.readKnown(row)).row?.state.status).toBe('granted');
  });
});
