import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDynamoReplayGuard } from '../../lambda/aws/dynamo-replay-guard.ts';
import { type ReplayGuard, rememberedSeconds } from '../../lambda/ports/envelopes.ts';
import { memoryEnvelopes } from '../support/fakes/memory-envelopes.ts';
import { emulatedTable } from './dynamo.ts';

const start = 1_800_000_000;
const newMark = () => ({ encryptedKeySha256: randomUUID(), envelopeSha256: 'one' });
const [device, thief] = ['a device', 'a thief'];
const refusal = { code: 'UnsupportedAlgorithm', refused: 'SHA-1' } as const;

/** What every replay guard must do, in memory and in DynamoDB alike. */
function envelopesContract(envelopes: () => ReplayGuard, time: { seconds: number }): void {
  it('admits a key with its envelope, again and again', async () => {
    const mark = newMark();
    expect(await envelopes().admit(mark, device)).toBe('admitted');
    expect(await envelopes().admit(mark, device)).toBe('admitted');
  });

  it('refuses the same key with another envelope, and stays with the first', async () => {
    const mark = newMark();
    await envelopes().admit(mark, device);
    const other = { ...mark, envelopeSha256: 'two' };
    expect(await envelopes().admit(other, device)).toBe('changed');
    expect(await envelopes().admit(other, device)).toBe('changed');
    expect(await envelopes().admit(mark, device)).toBe('admitted');
  });

  it('admits one of two envelopes that come at once with the same key', async () => {
    const mark = newMark();
    const both = [mark, { ...mark, envelopeSha256: 'two' }];
    const admissions = await Promise.all(both.map((one) => envelopes().admit(one, device)));
    expect(admissions.toSorted()).toEqual(['admitted', 'changed']);
  });

  it('returns the refusal that it remembers, for a minute', async () => {
    const mark = newMark();
    await envelopes().admit(mark, device);
    await envelopes().rememberRefusal(mark, device, refusal);
    const remembered = await envelopes().admit(mark, device);
    time.seconds += rememberedSeconds - 1;
    const atTheEnd = await envelopes().admit(mark, device);
    time.seconds += 1;
    expect([remembered, atTheEnd, await envelopes().admit(mark, device)]).toEqual([
      refusal,
      refusal,
      'admitted',
    ]);
  });

  it('remembers no name of an earlier refusal with a later one', async () => {
    const mark = newMark();
    await envelopes().admit(mark, device);
    await envelopes().rememberRefusal(mark, device, refusal);
    await envelopes().rememberRefusal(mark, device, { code: 'SubjectRefused' });
    expect(await envelopes().admit(mark, device)).toEqual({ code: 'SubjectRefused' });
  });

  it('remembers a refusal for its own sender alone', async () => {
    const mark = newMark();
    await envelopes().admit(mark, thief);
    await envelopes().rememberRefusal(mark, thief, { code: 'SignerKeyMismatch' });
    expect(await envelopes().admit(mark, device)).toBe('admitted');
  });

  it('remembers nothing with the mark of another envelope, and makes no mark', async () => {
    const mark = newMark();
    await envelopes().rememberRefusal(mark, device, refusal);
    expect(await envelopes().admit(mark, device)).toBe('admitted');
    await envelopes().rememberRefusal({ ...mark, envelopeSha256: 'two' }, device, refusal);
    expect(await envelopes().admit(mark, device)).toBe('admitted');
  });
}

describe('the replay guard in memory', () => {
  const time = { seconds: start };
  const envelopes = memoryEnvelopes(() => time.seconds);
  envelopesContract(() => envelopes, time);
});

describe('the replay guard in DynamoDB', () => {
  const time = { seconds: start };
  let table: Awaited<ReturnType<typeof emulatedTable>>;
  beforeAll(async () => {
    table = await emulatedTable();
  });
  afterAll(() => table.stop());
  const of = (client: typeof table.client) =>
    createDynamoReplayGuard(client, table.table, {
      connectorId: 'test',
      keptDays: 14,
      nowSeconds: () => time.seconds,
    });
  envelopesContract(() => of(table.client), time);

  it('costs one write a message, repeated or not', async () => {
    const calls: string[] = [];
    const client = new Proxy(table.client, {
      get: (target, name) =>
        name === 'send'
          ? (command: { constructor: { name: string } }) => {
              calls.push(command.constructor.name);
              return target.send(command as never);
            }
          : Reflect.get(target, name),
    });
    const mark = newMark();
    await of(client).admit(mark, device);
    await of(table.client).rememberRefusal(mark, device, refusal);
    await of(client).admit(mark, device);
    expect(calls).toEqual(['PutItemCommand', 'PutItemCommand']);
  });
});
