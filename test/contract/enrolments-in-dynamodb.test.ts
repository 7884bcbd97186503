import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { claimed, created, grantedRow, newEnrolmentId, refusing } from './samples.ts';
import { dynamoStores, now, quickRepeats, startTables, tables } from './stores.ts';
import { watchedClient } from './watched-client.ts';

/** How many of the next draws inject a fault; the emulator draws once per chance of trouble. */
const trouble = { left: 0 };
const random = (): number => {
  trouble.left -= 1;
  return trouble.left >= 0 ? 0 : 0.99;
};

let running: Awaited<ReturnType<typeof startTables>>;
beforeAll(async () => {
  running = await startTables({ faults: { random, conflictRate: 0.5, unprocessedRate: 0.5 } });
});
afterAll(() => running.stop());

/** Creates the stores, and records their calls. */
const watched = () => {
  const { client, calls } = watchedClient(running.client);
  return { stores: dynamoStores(client, 'test', quickRepeats), calls };
};

describe('a claim in DynamoDB', () => {
  it('of a static challenge or of Intune is one conditional put', async () => {
    const { stores, calls } = watched();
    await claimed(stores);
    expect(calls).toEqual(['PutItem']);
  });

  it('of a counted challenge is one transaction of two items', async () => {
    const { stores, calls } = watched();
    const countedChallenge = await created(stores, 1);
    calls.length = 0;
    await claimed(stores, grantedRow(), { countedChallenge });
    expect(calls).toEqual(['TransactWriteItems 2']);
  });

  it('of a later attempt is one transaction that moves the earlier row', async () => {
    const { stores, calls } = watched();
    const row = await claimed(stores);
    await stores.attempts.settle(refusing(row));
    const { row: previous } = await stores.enrolments.readKnown(row);
    calls.length = 0;
    await claimed(stores, { ...row, attempt: 2 }, { previous });
    expect(calls).toEqual(['TransactWriteItems 2']);
  });

  it('that conflicts with another transaction is repeated and decided once', async () => {
    const { stores, calls } = watched();
    const countedChallenge = await created(stores, 2);
    calls.length = 0;
    trouble.left = 4;
    await claimed(stores, grantedRow(), { countedChallenge });
    expect(calls.length).toBeGreaterThan(1);
    expect((await stores.register.find(countedChallenge))?.usesLeft).toBe(1);
  });

  it('that always conflicts with another transaction is an outage and writes nothing', async () => {
    const { stores } = watched();
    const countedChallenge = await created(stores, 1);
    const row = grantedRow();
    trouble.left = 1_000_000;
    const claim = stores.enrolments.claim({ row, countedChallenge, nowSeconds: now });
    await expect(claim).rejects.toThrow('ChallengeContended');
    trouble.left = 0;
    expect((await stores.register.find(countedChallenge))?.usesLeft).toBe(1);
    expect((await stores.enrolments.readKnown(row)).row).toBeUndefined();
  });
});

describe('a read of the stored facts in DynamoDB', () => {
  const keys = () => ({ enrolmentId: newEnrolmentId(), challengeKey: 'test#x' });

  it('is one read of four items', async () => {
    const { stores, calls } = watched();
    await stores.enrolments.readKnown(keys());
    expect(calls).toEqual(['BatchGetItem 4']);
  });

  it('requests unprocessed keys again', async () => {
    const { stores, calls } = watched();
    const row = await claimed(stores);
    const countedChallenge = await created(stores, 1);
    calls.length = 0;
    trouble.left = 3;
    const known = await stores.enrolments.readKnown({ ...row, challengeKey: countedChallenge });
    expect(calls.length).toBeGreaterThan(1);
    expect([known.row?.enrolmentId, known.challenge?.id]).toEqual([
      row.enrolmentId,
      countedChallenge,
    ]);
  });

  it('is an outage if keys stay unprocessed', async () => {
    // DynamoDB answers at least one of several keys, so this test leaves one key at every try.
    const left = { [tables.enrolments]: { Keys: [{ id: { S: 'x' } }] } };
    const client = { send: async () => ({ Responses: {}, UnprocessedKeys: left }) };
    const stores = dynamoStores(client as never, 'test', quickRepeats);
    await expect(stores.enrolments.readKnown(keys())).rejects.toThrow('KeysUnprocessed');
  });
});

describe('the item of a counted challenge', () => {
  it('has a constant size, however its enrolments end', async () => {
    const { stores } = watched();
    const id = await created(stores, 1000);
    const sizes = new Set<number>();
    for (let round = 0; round < 30; round += 1) {
      const row = await claimed(stores, grantedRow(), { countedChallenge: id });
      const { enrolmentId, attempt } = row;
      await stores.attempts.begin({
        ...{ enrolmentId, attempt, turnAtMilliseconds: 1, tries: 1 },
        askedAtSeconds: now,
      });
      await stores.attempts.settle(refusing(row, { basis: 'rejected', giveBack: id }));
      sizes.add(JSON.stringify(await running.item(tables.challenges, id)).length);
    }
    expect([...sizes]).toHaveLength(1);
  });
});
