import { createHash } from 'node:crypto';
import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDynamoDueAttempts } from '../../lambda/aws/dynamo-due-attempts.ts';
import { createDynamoLostAttempts } from '../../lambda/aws/dynamo-lost-attempts.ts';
import { createDynamoRevocationInbox } from '../../lambda/aws/dynamo-revocations.ts';
import type { RevocationInbox, RevocationRequest } from '../../lambda/ports/revocations.ts';
import { memoryRevocationJournal } from '../support/fakes/memory-revocations.ts';
import { emulatedTable } from './dynamo.ts';

const now = 1_800_000_000;
const time = { seconds: now };
const nowSeconds = () => time.seconds;

const request = (requestContext: string, serialNumber = '0A'): RevocationRequest => ({
  requestContext,
  serialNumber,
});

/**
 * The contract of every journal, in memory and in DynamoDB alike. `fresh` creates one of a new
 * connector.
 */
function journalContract(fresh: () => RevocationInbox): void {
  const contexts = async (journal: RevocationInbox, limit = 10) =>
    (await journal.pending(limit)).map((one) => one.request.requestContext);

  it('returns complete open requests, the oldest first, up to the limit', async () => {
    const journal = fresh();
    const whole = { ...request('one'), issuerName: 'CN=CA', caConfiguration: 'of ours' };
    for (const each of [whole, request('two'), request('three')]) {
      await journal.open(each);
      time.seconds += 1;
    }
    expect(await journal.pending(1)).toEqual([{ request: whole }]);
    expect(await contexts(journal, 2)).toEqual(['one', 'two']);
  });

  it('keeps the place of a request that is opened again, and opens it once', async () => {
    const journal = fresh();
    for (const name of ['one', 'two', 'one']) {
      await journal.open(request(name));
      time.seconds += 1;
    }
    expect(await contexts(journal)).toEqual(['one', 'two']);
  });

  it('keeps the first result, successful or not', async () => {
    const journal = fresh();
    const results = [
      { requestContext: 'revoked', succeeded: true },
      { requestContext: 'unknown', succeeded: false, error: 'certificateNotFound' },
      { requestContext: 'unreadable', succeeded: false, error: 'notSupported' },
    ] as const;
    for (const result of results) {
      await journal.open(request(result.requestContext));
      time.seconds += 1;
      await journal.record(result);
      await journal.record({ ...result, succeeded: false, error: 'notSupported' });
    }
    expect((await journal.pending(10)).map(({ result }) => result)).toEqual(results);
  });

  it('omits a closed request until it is opened again, and then keeps its result', async () => {
    const journal = fresh();
    await journal.open(request('one'));
    await journal.record({ requestContext: 'one', succeeded: true });
    await journal.close('one');
    expect(await contexts(journal)).toEqual([]);
    await journal.open(request('one'));
    expect(await journal.pending(10)).toEqual([
      { request: request('one'), result: { requestContext: 'one', succeeded: true } },
    ]);
  });

  it('ignores a result or an end of a request that was never opened', async () => {
    const journal = fresh();
    await journal.record({ requestContext: 'never', succeeded: true });
    await journal.close('never');
    await journal.open(request('never'));
    expect(await journal.pending(10)).toEqual([{ request: request('never') }]);
  });

  it('accepts a context of any length', async () => {
    const journal = fresh();
    const long = 'x'.repeat(3000);
    await journal.open(request(long));
    expect(await contexts(journal)).toEqual([long]);
  });
}

describe('the journal of revocations in memory', () => {
  journalContract(memoryRevocationJournal);
});

describe('the journal of revocations in DynamoDB', () => {
  let table: Awaited<ReturnType<typeof emulatedTable>>;
  let connectors = 0;
  beforeAll(async () => {
    table = await emulatedTable('enrolments');
  });
  afterAll(() => table.stop());
  const journalOf = (connectorId: string) =>
    createDynamoRevocationInbox(table.client, table.table, connectorId, nowSeconds);
  const next = (): string => {
    connectors += 1;
    return `test-${connectors}`;
  };
  journalContract(() => journalOf(next()));

  it('is separate for each connector', async () => {
    await journalOf(next()).open(request('one'));
    expect(await journalOf(next()).pending(10)).toEqual([]);
  });

  it('shows nothing to the dispatcher and the finder', async () => {
    await journalOf(next()).open(request('one'));
    const tables = { enrolments: table.table, certificates: table.table };
    expect(await createDynamoDueAttempts(table.client, tables).due(now * 2, 10)).toEqual([]);
    const lost = createDynamoLostAttempts(table.client, table.table, nowSeconds);
    expect(await lost.due(now * 2, 10)).toEqual([]);
  });

  it.each(['requestContext', 'serialNumber', 'outcome'])(
    'names an item whose %s is damaged',
    async (name) => {
      const connectorId = next();
      await journalOf(connectorId).open(request('one'));
      const digest = createHash('sha256').update('one').digest('hex');
      const id = `${connectorId}#revocation#${digest}`;
      await table.client.send(
        new UpdateItemCommand({
          TableName: table.table,
          Key: { id: { S: id } },
          UpdateExpression: 'SET #name = :null',
          ExpressionAttributeNames: { '#name': name },
          ExpressionAttributeValues: { ':null': { NULL: true } },
        }),
      );
      const pending = journalOf(connectorId).pending(10);
      await expect(pending).rejects.toMatchObject({ code: 'RevocationItemUnreadable', about: id });
    },
  );
});
