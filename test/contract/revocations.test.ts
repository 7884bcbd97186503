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
 * The contract of every inbox, in memory and in DynamoDB. `fresh` creates the inbox of a new
 * connector.
 */
function inboxContract(fresh: () => RevocationInbox): void {
  const contexts = async (inbox: RevocationInbox, limit = 10) =>
    (await inbox.pending(limit)).map((one) => one.request.requestContext);

  it('returns complete open requests, the oldest first, up to the limit', async () => {
    const inbox = fresh();
    const whole = { ...request('one'), issuerName: 'CN=CA', caConfiguration: 'of ours' };
    for (const each of [whole, request('two'), request('three')]) {
      await inbox.open(each);
      time.seconds += 1;
    }
    expect(await inbox.pending(1)).toEqual([{ request: whole }]);
    expect(await contexts(inbox, 2)).toEqual(['one', 'two']);
  });

  it('keeps the place of a request that is opened again, and opens it once', async () => {
    const inbox = fresh();
    for (const name of ['one', 'two', 'one']) {
      await inbox.open(request(name));
      time.seconds += 1;
    }
    expect(await contexts(inbox)).toEqual(['one', 'two']);
  });

  it('keeps the first result, successful or not', async () => {
    const inbox = fresh();
    const results = [
      { requestContext: 'revoked', succeeded: true },
      { requestContext: 'unknown', succeeded: false, error: 'certificateNotFound' },
      { requestContext: 'unreadable', succeeded: false, error: 'notSupported' },
    ] as const;
    for (const result of results) {
      await inbox.open(request(result.requestContext));
      time.seconds += 1;
      await inbox.record(result);
      await inbox.record({ ...result, succeeded: false, error: 'notSupported' });
    }
    expect((await inbox.pending(10)).map(({ result }) => result)).toEqual(results);
  });

  it('omits a closed request until it is opened again, and then keeps its result', async () => {
    const inbox = fresh();
    await inbox.open(request('one'));
    await inbox.record({ requestContext: 'one', succeeded: true });
    await inbox.close('one');
    expect(await contexts(inbox)).toEqual([]);
    await inbox.open(request('one'));
    expect(await inbox.pending(10)).toEqual([
      { request: request('one'), result: { requestContext: 'one', succeeded: true } },
    ]);
  });

  it('ignores a result or a closing of a request that was never opened', async () => {
    const inbox = fresh();
    await inbox.record({ requestContext: 'never', succeeded: true });
    await inbox.close('never');
    await inbox.open(request('never'));
    expect(await inbox.pending(10)).toEqual([{ request: request('never') }]);
  });

  it('accepts a context of any length', async () => {
    const inbox = fresh();
    const long = 'x'.repeat(3000);
    await inbox.open(request(long));
    expect(await contexts(inbox)).toEqual([long]);
  });
}

describe('the inbox of revocation requests in memory', () => {
  inboxContract(memoryRevocationJournal);
});

describe('the inbox of revocation requests in DynamoDB', () => {
  let table: Awaited<ReturnType<typeof emulatedTable>>;
  let connectors = 0;
  beforeAll(async () => {
    table = await emulatedTable('enrolments');
  });
  afterAll(() => table.stop());
  const inboxOf = (connectorId: string) =>
    createDynamoRevocationInbox(table.client, table.table, connectorId, nowSeconds);
  const next = (): string => {
    connectors += 1;
    return `test-${connectors}`;
  };
  inboxContract(() => inboxOf(next()));

  it('is separate for each connector', async () => {
    await inboxOf(next()).open(request('one'));
    expect(await inboxOf(next()).pending(10)).toEqual([]);
  });

  it('shows nothing to the dispatcher and the finder', async () => {
    await inboxOf(next()).open(request('one'));
    const tables = { enrolments: table.table, certificates: table.table };
    expect(await createDynamoDueAttempts(table.client, tables).due(now * 2, 10)).toEqual([]);
    const lost = createDynamoLostAttempts(table.client, table.table, nowSeconds);
    expect(await lost.due(now * 2, 10)).toEqual([]);
  });

  it.each(['requestContext', 'serialNumber', 'outcome'])(
    'names an item whose %s is damaged',
    async (name) => {
      const connectorId = next();
      await inboxOf(connectorId).open(request('one'));
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
      const pending = inboxOf(connectorId).pending(10);
      await expect(pending).rejects.toMatchObject({ code: 'RevocationItemUnreadable', about: id });
    },
  );
});
