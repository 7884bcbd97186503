import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startAwsJsonServer } from '../../../lib/local/emulators/aws-json-server.ts';
import { type Json, runOperation } from '../../../lib/local/emulators/aws-service.ts';
import { createEventBridge } from '../../../lib/local/emulators/eventbridge.ts';
import { temporaryDirectory } from './temporary-directory.ts';

const now = Date.UTC(2026, 0, 31, 12, 0, 0, 250);

const entry = {
  Source: 'scep-connector',
  DetailType: 'Certificate Issued',
  Detail: '{"outcome":"issued"}',
  Resources: ['arn:aws:pca-connector-scep:us-east-1:000000000000:connector/1'],
};

const setUp = () => {
  const path = join(temporaryDirectory(), 'logs', 'events.jsonl');
  const sent: unknown[][] = [];
  const invocations = {
    send: async (...event: unknown[]) => {
      sent.push(event);
      return { ok: true, payload: 'null' } as const;
    },
  };
  const bus = createEventBridge({ path, invocations, now: () => now });
  const put = async (...Entries: Json[]) =>
    (await runOperation(bus, 'PutEvents', { Entries })) as {
      FailedEntryCount: number;
      Entries: Record<string, string>[];
    };
  const written = () =>
    existsSync(path)
      ? readFileSync(path, 'utf8')
          .trimEnd()
          .split('\n')
          .map((line) => JSON.parse(line))
      : [];
  return { bus, path, put, sent, written };
};

describe('an event', () => {
  it('is written in the form of targets, to a file that only the owner can read', async () => {
    const { put, written, path } = setUp();
    const { Entries } = await put(entry);
    expect(written()).toEqual([
      {
        version: '0',
        id: Entries[0]?.EventId,
        'detail-type': 'Certificate Issued',
        source: 'scep-connector',
        account: '000000000000',
        time: '2026-01-31T12:00:00Z',
        region: 'us-east-1',
        resources: entry.Resources,
        detail: { outcome: 'issued' },
      },
    ]);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('has the time of its entry', async () => {
    const { put, written } = setUp();
    await put({ ...entry, Time: Date.UTC(2025, 0, 1) / 1000 });
    expect(written()[0].time).toBe('2025-01-01T00:00:00Z');
  });

  it('is sent to the functions of matching rules, or their input is', async () => {
    const { bus, put, sent } = setUp();
    bus.addRule({
      pattern: () => true,
      targets: [{ functionArn: 'a' }, { functionArn: 'b', input: 1 }],
    });
    bus.addRule({ pattern: () => false, targets: [{ functionArn: 'c' }] });
    await put(entry);
    expect(sent).toEqual([
      ['a', expect.objectContaining({ detail: { outcome: 'issued' } })],
      ['b', 1],
    ]);
  });

  it('can be put by the SDK', async () => {
    const { bus, written } = setUp();
    const server = await startAwsJsonServer([bus]);
    onTestFinished(server.stop);
    const client = new EventBridgeClient({
      endpoint: server.endpoint,
      region: 'us-east-1',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    });
    onTestFinished(() => client.destroy());
    const bad = { ...entry, Detail: 'no JSON' };
    const answer = await client.send(new PutEventsCommand({ Entries: [bad, entry] }));
    expect(answer).toMatchObject({
      FailedEntryCount: 1,
      Entries: [{ ErrorCode: 'MalformedDetail' }, { EventId: written()[0].id }],
    });
  });
});

describe('one entry is refused', () => {
  it.each([
    [{ Source: undefined }, 'InvalidArgument'],
    [{ DetailType: '' }, 'InvalidArgument'],
    [{ Detail: undefined }, 'InvalidArgument'],
    [{ Detail: '{' }, 'MalformedDetail'],
    [{ Detail: '[1]' }, 'MalformedDetail'],
    [{ Source: 'aws.acm-pca' }, 'NotAuthorizedForSource'],
  ])('with %j', async (changes, ErrorCode) => {
    const { put, written } = setUp();
    const { FailedEntryCount, Entries } = await put({ ...entry, ...changes }, entry);
    expect(FailedEntryCount).toBe(1);
    expect(Entries[0]).toMatchObject({ ErrorCode, ErrorMessage: expect.any(String) });
    expect(written()).toHaveLength(1);
  });
});

describe('a request is refused as a whole', () => {
  it.each([
    ['without entries', [], 'ValidationException'],
    ['with eleven entries', Array(11).fill(entry), 'ValidationException'],
    [
      'over 256 KB',
      [{ ...entry, Detail: `{"a":"${'x'.repeat(262_144)}"}` }],
      'ValidationException',
    ],
    ['for a member that is not modelled', [{ ...entry, Other: 1 }], 'ValidationException'],
    ['for another bus', [{ ...entry, EventBusName: 'other' }], 'ResourceNotFoundException'],
  ])('%s', async (_what, entries, code) => {
    const { put, written } = setUp();
    await expect(put(...entries)).rejects.toMatchObject({ code });
    expect(written()).toEqual([]);
  });
});
