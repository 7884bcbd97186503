import { describe, expect, it } from 'vitest';
import { adminApi, connectorArn, start } from './api.ts';

type Api = ReturnType<typeof adminApi>;

const rotate = ({ send }: Api, RotateFrom: string, more: object = {}) =>
  send('CreateChallenge', { body: { ConnectorArn: connectorArn, RotateFrom, ...more } });

const listed = async ({ administration }: Api) =>
  (await administration.listChallenges('test', { limit: 100 })).challenges;

describe('a rotation', () => {
  it('creates a new challenge, and the old one expires after the overlap', async () => {
    const api = adminApi();
    const old = await api.create({ Name: 'fleet' });
    const { body } = await rotate(api, old.Arn, { OverlapSeconds: 60 });
    expect(body.Challenge.Password).not.toBe(old.Password);
    expect(await api.stateOf(old.Password)).toBe('good');
    api.time.seconds += 60;
    expect(await api.stateOf(old.Password)).toBe('expired');
    expect(await api.stateOf(body.Challenge.Password)).toBe('good');
  });

  it('keeps the name, the uses, the limits, the tags and the lifetime', async () => {
    const api = adminApi();
    const terms = { Name: 'a', MaxUses: 3, Constraints: { Subject: { CN: ['x*'] } } };
    const old = await api.create({ ...terms, ExpiresAt: start + 100, Tags: { t: '1' } });
    api.time.seconds += 40;
    const { body } = await rotate(api, old.Arn);
    expect(body.Challenge).toMatchObject({ ...terms, UsesLeft: 3, ExpiresAt: start + 140 });
    const tags = await api.send('ListTagsForResource', { label: body.Challenge.Arn });
    expect(tags.body.Tags).toEqual({ t: '1' });
  });

  it('does not extend the old challenge', async () => {
    const api = adminApi();
    const old = await api.create({ ExpiresAt: start + 10 });
    await rotate(api, old.Arn, { OverlapSeconds: 1000 });
    const { body } = await api.send('GetChallengeMetadata', { label: old.Arn });
    expect(body.ChallengeMetadata.ExpiresAt).toBe(start + 10);
  });

  it('happens once, and a second one is refused without a trace', async () => {
    const api = adminApi();
    const old = await api.create();
    await rotate(api, old.Arn);
    expect((await rotate(api, old.Arn)).error).toBe('ConflictException');
    expect(await listed(api)).toHaveLength(2);
  });

  it('succeeds once among concurrent ones', async () => {
    const api = adminApi();
    const old = await api.create();
    const answers = await Promise.all([1, 2, 3].map(() => rotate(api, old.Arn)));
    expect(answers.map(({ status }) => status).sort()).toEqual([202, 409, 409]);
    expect(await listed(api)).toHaveLength(2);
  });

  it('leaves a consistent state if a deletion happens at the same time', async () => {
    for (let round = 0; round < 20; round += 1) {
      const api = adminApi();
      const old = await api.create();
      const remove = api.send('DeleteChallenge', { label: old.Arn });
      const [deleted, rotated] = await Promise.all([remove, rotate(api, old.Arn)]);
      expect(deleted.status).toBe(202);
      expect(await api.stateOf(old.Password)).toBe('revoked');
      const left = rotated.status === 202 ? [rotated.body.Challenge.Arn] : [];
      if (rotated.status !== 202) expect(rotated.error).toBe('ResourceNotFoundException');
      expect((await listed(api)).map(({ challengeArn }) => challengeArn)).toEqual(left);
    }
  });

  it('is undone after a concurrent deletion, and its new challenge is revoked', async () => {
    const api: Api = adminApi({
      challenges: (inner) => ({
        ...inner,
        replace: async (id, by, now) => {
          await inner.revoke(id, now);
          return await inner.replace(id, by, now);
        },
      }),
    });
    const old = await api.create();
    expect((await rotate(api, old.Arn)).error).toBe('ResourceNotFoundException');
    expect(await listed(api)).toEqual([]);
  });

  it.each<[string, object]>([
    ['a negative overlap', { OverlapSeconds: -1 }],
    ['half a second', { OverlapSeconds: 0.5 }],
    ['an overlap of a year', { OverlapSeconds: 31_536_000 }],
    ['other terms', { Name: 'b' }],
  ])('refuses %s', async (_, more) => {
    const api = adminApi();
    const old = await api.create();
    expect((await rotate(api, old.Arn, more)).error).toBe('ValidationException');
    expect(await listed(api)).toHaveLength(1);
  });
});

describe('a client token', () => {
  const body = { ConnectorArn: connectorArn, ClientToken: 'token-1', Name: 'a' };

  it('returns the same challenge for a retry', async () => {
    const { send, administration } = adminApi();
    const first = await send('CreateChallenge', { body });
    const second = await send('CreateChallenge', { body });
    expect(second.body).toEqual(first.body);
    expect((await administration.listChallenges('test', { limit: 9 })).challenges).toHaveLength(1);
  });

  it('creates one challenge for ten concurrent requests', async () => {
    const { send, administration } = adminApi();
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => send('CreateChallenge', { body })),
    );
    expect(new Set(answers.map((answer) => answer.body.Challenge.Password)).size).toBe(1);
    expect((await administration.listChallenges('test', { limit: 9 })).challenges).toHaveLength(1);
  });

  it('is a conflict with other terms', async () => {
    const { send } = adminApi();
    await send('CreateChallenge', { body });
    const other = await send('CreateChallenge', { body: { ...body, Name: 'b' } });
    expect(other).toMatchObject({ status: 409, body: { ResourceType: 'Connector' } });
  });

  it('is forgotten after five minutes', async () => {
    const { send, time } = adminApi();
    const first = await send('CreateChallenge', { body });
    time.seconds += 300;
    const second = await send('CreateChallenge', { body });
    expect(second.body.Challenge.Arn).not.toBe(first.body.Challenge.Arn);
  });

  it('creates one challenge after a crash between its two writes', async () => {
    const crash = { now: true };
    const { send, administration } = adminApi({
      challenges: (inner) => ({
        ...inner,
        create: async (record) => {
          if (crash.now) throw new Error('crashed');
          await inner.create(record);
        },
      }),
    });
    expect((await send('CreateChallenge', { body })).status).toBe(500);
    crash.now = false;
    const again = await send('CreateChallenge', { body });
    const third = await send('CreateChallenge', { body });
    expect(third.body).toEqual(again.body);
    expect((await administration.listChallenges('test', { limit: 9 })).challenges).toHaveLength(1);
  });

  it('returns the same rotation for a retry', async () => {
    const api = adminApi();
    const old = await api.create();
    const first = await rotate(api, old.Arn, { ClientToken: 'r', OverlapSeconds: 60 });
    api.time.seconds += 30;
    const second = await rotate(api, old.Arn, { ClientToken: 'r', OverlapSeconds: 60 });
    expect(second.body).toEqual(first.body);
    const { body } = await api.send('GetChallengeMetadata', { label: old.Arn });
    expect(body.ChallengeMetadata.ExpiresAt).toBe(start + 60);
    expect(await listed(api)).toHaveLength(2);
  });

  it('is a conflict once its challenge is revoked, and creates nothing', async () => {
    const api = adminApi();
    const { body: made } = await api.send('CreateChallenge', { body });
    await api.send('DeleteChallenge', { label: made.Challenge.Arn });
    expect((await api.send('CreateChallenge', { body })).error).toBe('ConflictException');
    expect(await listed(api)).toEqual([]);
  });
});
