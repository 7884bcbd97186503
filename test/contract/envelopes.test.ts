import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDynamoReplayGuard } from '../../lambda/aws/dynamo-replay-guard.ts';
import { type ReplayGuard, rememberedSeconds } from '../../lambda/ports/envelopes.ts';
import { memoryEnvelopes } from '../support/fakes/memory-envelopes.ts';
import { emulatedTable } from './dynamo.ts';
import { watchedClient } from './watched-client.ts';

const start = 1_800_000_000;
const newFingerprint = () => ({ encryptedKeySha256: randomUUID(), envelopeSha256: 'one' });
const [device, thief] = ['a device', 'a thief'];
const refusal = { code: 'UnsupportedAlgorithm', refused: 'SHA-1' } as const;

/** The contract of every replay guard, in memory and in DynamoDB. */
function envelopesContract(envelopes: () => ReplayGuard, time: { seconds: number }): void {
  it('admits a key with its envelope any number of times', async () => {
    const fingerprint = newFingerprint();
    expect(await envelopes().admit(fingerprint, device)).toBe('admitted');
    expect(await envelopes().admit(fingerprint, device)).toBe('admitted');
  });

  it('refuses the same key with another envelope, and keeps the first one', async () => {
    const fingerprint = newFingerprint();
    await envelopes().admit(fingerprint, device);
    const other = { ...fingerprint, envelopeSha256: 'two' };
    expect(await envelopes().admit(other, device)).toBe('changed');
    expect(await envelopes().admit(other, device)).toBe('changed');
    expect(await envelopes().admit(fingerprint, device)).toBe('admitted');
  });

  it('admits one of two concurrent envelopes with the same key', async () => {
    const fingerprint = newFingerprint();
    const both = [fingerprint, { ...fingerprint, envelopeSha256: 'two' }];
    const admissions = await Promise.all(both.map((one) => envelopes().admit(one, device)));
    expect(admissions.toSorted()).toEqual(['admitted', 'changed']);
  });

  it('returns a remembered refusal for a minute', async () => {
    const fingerprint = newFingerprint();
    await envelopes().admit(fingerprint, device);
    await envelopes().rememberRefusal(fingerprint, device, refusal);
    const remembered = await envelopes().admit(fingerprint, device);
    time.seconds += rememberedSeconds - 1;
    const atTheEnd = await envelopes().admit(fingerprint, device);
    time.seconds += 1;
    expect([remembered, atTheEnd, await envelopes().admit(fingerprint, device)]).toEqual([
      refusal,
      refusal,
      'admitted',
    ]);
  });

  it('keeps no detail of an earlier refusal in a later one', async () => {
    const fingerprint = newFingerprint();
    await envelopes().admit(fingerprint, device);
    await envelopes().rememberRefusal(fingerprint, device, refusal);
    await envelopes().rememberRefusal(fingerprint, device, { code: 'SubjectRefused' });
    expect(await envelopes().admit(fingerprint, device)).toEqual({ code: 'SubjectRefused' });
  });

  it('remembers a refusal only for its sender', async () => {
    const fingerprint = newFingerprint();
    await envelopes().admit(fingerprint, thief);
    await envelopes().rememberRefusal(fingerprint, thief, { code: 'SignerKeyMismatch' });
    expect(await envelopes().admit(fingerprint, device)).toBe('admitted');
  });

  it('remembers no refusal of an envelope that was not admitted, and admits none by it', async () => {
    const fingerprint = newFingerprint();
    await envelopes().rememberRefusal(fingerprint, device, refusal);
    expect(await envelopes().admit(fingerprint, device)).toBe('admitted');
    await envelopes().rememberRefusal({ ...fingerprint, envelopeSha256: 'two' }, device, refusal);
    expect(await envelopes().admit(fingerprint, device)).toBe('admitted');
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
  const of = (client: Pick<typeof table.client, 'send'>) =>
    createDynamoReplayGuard(client, table.table, {
      connectorId: 'test',
      keptDays: 14,
      nowSeconds: () => time.seconds,
    });
  envelopesContract(() => of(table.client), time);

  it('costs one write per message, repeated or not', async () => {
    const { client, calls } = watchedClient(table.client);
    const fingerprint = newFingerprint();
    await of(client).admit(fingerprint, device);
    await of(table.client).rememberRefusal(fingerprint, device, refusal);
    await of(client).admit(fingerprint, device);
    expect(calls).toEqual(['PutItem', 'PutItem']);
  });
});
