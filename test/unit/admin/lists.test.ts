import { describe, expect, it } from 'vitest';
import { adminApi, connectorArn } from './api.ts';

type Api = ReturnType<typeof adminApi>;

const query = (more: Record<string, string> = {}) => ({
  query: { ConnectorArn: connectorArn, ...more },
});

async function everything({ send }: Api, MaxResults: string): Promise<readonly string[]> {
  const arns: string[] = [];
  let token: Record<string, string> = {};
  for (let pages = 0; pages < 200; pages += 1) {
    const { body } = await send('ListChallengeMetadata', query({ MaxResults, ...token }));
    arns.push(...body.Challenges.map(({ Arn }: { Arn: string }) => Arn));
    if (body.NextToken === undefined) return arns;
    token = { NextToken: body.NextToken };
  }
  throw new Error('the list has too many pages');
}

const many = (from: number, to: number) =>
  Object.fromEntries(Array.from({ length: to - from }, (_, at) => [`k${from + at}`, 'v']));

describe('ListChallengeMetadata', () => {
  it('lists 10,000 challenges once each, and no password', async () => {
    const api = adminApi();
    const made = await Promise.all(
      Array.from({ length: 10_000 }, () =>
        api.administration.createChallenge('test', {}, 'somebody'),
      ),
    );
    const listed = await everything(api, '1000');
    expect(listed).toHaveLength(10_000);
    expect(new Set(listed)).toEqual(new Set(made.map(({ challenge }) => challenge.challengeArn)));
    const { body } = await api.send('ListChallengeMetadata', query({ MaxResults: '1000' }));
    const text = JSON.stringify(body);
    expect(made.some(({ password }) => text.includes(password))).toBe(false);
  });

  it.each(['0', '1001', '-1', '1.5', 'x', '', '1e2'])(
    'refuses MaxResults %j',
    async (MaxResults) => {
      const { error } = await adminApi().send('ListChallengeMetadata', query({ MaxResults }));
      expect(error).toBe('ValidationException');
    },
  );

  it('requires a declared connector', async () => {
    const { send } = adminApi();
    expect((await send('ListChallengeMetadata')).error).toBe('ValidationException');
    const ConnectorArn = connectorArn.replace(/[^/]+$/, 'none');
    const answer = await send('ListChallengeMetadata', { query: { ConnectorArn } });
    expect(answer.error).toBe('ResourceNotFoundException');
  });
});

describe('a page token', () => {
  const firstToken = async (api: Api): Promise<string> => {
    for (let made = 0; made < 3; made += 1) await api.create();
    const { body } = await api.send('ListChallengeMetadata', query({ MaxResults: '1' }));
    return body.NextToken;
  };
  const follow = ({ send }: Api, NextToken: string) =>
    send('ListChallengeMetadata', query({ NextToken }));

  it('expires after an hour, and the error says so', async () => {
    const api = adminApi();
    const token = await firstToken(api);
    api.time.seconds += 3599;
    expect((await follow(api, token)).status).toBe(200);
    api.time.seconds += 1;
    expect(await follow(api, token)).toMatchObject({
      error: 'ValidationException',
      body: { Message: expect.stringContaining('expired') },
    });
  });

  it('cannot be forged or changed by a caller', async () => {
    const api = adminApi();
    const token = await firstToken(api);
    const changed = `${token[0] === 'A' ? 'B' : 'A'}${token.slice(1)}`;
    for (const forged of ['', 'AAAA', changed, token.slice(0, -4), 'a'.repeat(1000), '%00'])
      expect((await follow(api, forged)).error).toBe('ValidationException');
  });

  it('is valid for its own list only', async () => {
    const api = adminApi({ connectorIds: ['test', 'other'] });
    const NextToken = await firstToken(api);
    const other = connectorArn.replace(/[^/]+$/, 'other');
    for (const [operation, ConnectorArn] of [
      ['ListChallengeMetadata', other],
      ['ListEnrolments', connectorArn],
      ['ListConnectors', connectorArn],
    ] as const) {
      const answer = await api.send(operation, { query: { ConnectorArn, NextToken } });
      expect(answer.error).toBe('ValidationException');
    }
  });

  it('does not reveal its position', async () => {
    const api = adminApi();
    const token = await firstToken(api);
    expect(Buffer.from(token, 'base64url').toString('latin1')).not.toMatch(/position|1800000/);
  });
});

describe('connectors', () => {
  it('are listed page by page', async () => {
    const { send } = adminApi({ connectorIds: ['a', 'b', 'c'] });
    const first = await send('ListConnectors', { query: { MaxResults: '2' } });
    const { NextToken } = first.body;
    const second = await send('ListConnectors', { query: { MaxResults: '2', NextToken } });
    const ids = [...first.body.Connectors, ...second.body.Connectors];
    expect(ids.map(({ ConnectorId }) => ConnectorId)).toEqual(['a', 'b', 'c']);
    expect(second.body.NextToken).toBeUndefined();
  });

  it('are described as active, with their URL', async () => {
    const { body } = await adminApi().send('GetConnector', { label: connectorArn });
    expect(body.Connector).toMatchObject({
      Arn: connectorArn,
      Type: 'GENERAL_PURPOSE',
      Status: 'ACTIVE',
      Endpoint: 'https://example.com/scep/test',
    });
  });

  it('can be created and deleted only in the CDK app, and the error says so', async () => {
    const { send } = adminApi();
    for (const operation of ['CreateConnector', 'DeleteConnector'] as const)
      expect(await send(operation, { label: connectorArn, body: {} })).toMatchObject({
        status: 400,
        error: 'ValidationException',
        body: { Message: expect.stringContaining('declared in code'), Reason: 'UNKNOWN_OPERATION' },
      });
  });
});

describe('ListEnrolments', () => {
  it('shows outcomes, the failInfo of devices, and markup as text', async () => {
    const { send, history, time } = adminApi();
    const base = {
      connectorId: 'test',
      outcome: 'refused' as const,
      code: 'ChallengeUsed' as const,
    };
    for (let at = 0; at < 3; at += 1)
      await history.record(
        {
          ...base,
          id: String(at),
          atMilliseconds: time.seconds * 1000 - at,
          subject: 'CN=<b>x</b>',
          transactionId: '<script>',
        },
        'source',
      );
    const { body } = await send('ListEnrolments', query({ MaxResults: '2' }));
    expect(body.Enrolments).toHaveLength(2);
    expect(body.Enrolments[0]).toEqual({
      EndedAt: time.seconds,
      Outcome: 'REFUSED',
      Reason: 'ChallengeUsed',
      FailInfo: 'badRequest',
      Subject: 'CN=<b>x</b>',
      TransactionId: '<script>',
    });
    const next = await send('ListEnrolments', query({ NextToken: body.NextToken }));
    expect(next.body.Enrolments).toHaveLength(1);
  });
});

describe('tags', () => {
  const tags = async ({ send }: Api, label: string) =>
    (await send('ListTagsForResource', { label })).body.Tags;

  it('can be set on and removed from a challenge and a connector', async () => {
    const api = adminApi();
    const { Arn } = await api.create({ Tags: { a: '1' } });
    for (const label of [Arn, connectorArn]) {
      const set = await api.send('TagResource', { label, body: { Tags: { b: '2', 'c d': '3' } } });
      expect(set.status).toBe(204);
      const removed = await api.send('UntagResource', { label, query: 'tagKeys=b&tagKeys=a' });
      expect(removed.status).toBe(204);
      expect(await tags(api, label)).toEqual({ 'c d': '3' });
    }
  });

  it('can have a comma in a key', async () => {
    const api = adminApi();
    const { Arn } = await api.create({ Tags: { 'a,b': '1', a: '2', b: '3' } });
    await api.send('UntagResource', { label: Arn, query: 'tagKeys=a%2Cb' });
    expect(await tags(api, Arn)).toEqual({ a: '2', b: '3' });
  });

  it('are limited to fifty together with the existing ones', async () => {
    const api = adminApi();
    const { Arn } = await api.create({ Tags: many(0, 40) });
    const more = await api.send('TagResource', { label: Arn, body: { Tags: many(40, 51) } });
    expect(more.error).toBe('ValidationException');
    const less = await api.send('TagResource', { label: Arn, body: { Tags: many(39, 50) } });
    expect(less.status).toBe(204);
  });

  it.each([
    ['a challenge', async (api: Api) => (await api.create()).Arn],
    ['a connector', async () => connectorArn],
  ])('of %s stay within 50 if six concurrent calls set 40 each', async (_, make) => {
    const api = adminApi();
    const label = await make(api);
    const answers = await Promise.all(
      Array.from({ length: 6 }, (_, call) =>
        api.send('TagResource', { label, body: { Tags: many(100 * call, 100 * call + 40) } }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 400, 400, 400, 400, 400]);
    expect(Object.keys(await tags(api, label))).toHaveLength(40);
  });

  it('are not removed for a query member in the wrong case', async () => {
    const { error } = await adminApi().send('UntagResource', {
      label: connectorArn,
      query: 'TagKeys=a',
    });
    expect(error).toBe('ValidationException');
  });

  it.each([
    ['no key', ''],
    ['an empty key', 'tagKeys='],
    ['a key with the prefix of AWS', 'tagKeys=aws%3Ax'],
  ])('are not removed for %s', async (_, query) => {
    const { error } = await adminApi().send('UntagResource', { label: connectorArn, query });
    expect(error).toBe('ValidationException');
  });
});
