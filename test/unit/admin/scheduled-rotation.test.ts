import { describe, expect, it } from 'vitest';
import { rotateOnSchedule } from '../../../lambda/admin/challenges/scheduled-rotation.ts';
import { adminApi, start } from './api.ts';

const day = 86_400;
const rotation = { name: 'fleet', everyDays: 30, overlapDays: 7 };

function scheduled(options: Parameters<typeof adminApi>[0] = {}) {
  const api = adminApi(options);
  const run = (atSeconds: number, eventId: string, later = 0) => {
    api.time.seconds = atSeconds + later;
    const about = { connectorId: 'test', eventId, atSeconds, who: 'arn:aws:events:x:1:rule/r' };
    return rotateOnSchedule(rotation, about, api.administration);
  };
  const named = async () =>
    (await api.administration.listChallenges('test', { limit: 100 })).challenges.filter(
      ({ name }) => name === 'fleet',
    );
  return { ...api, run, named };
}

describe('a scheduled rotation', () => {
  it('creates the challenge, and rotates it only when it is due', async () => {
    const { run, named } = scheduled();
    expect(await run(start, 'a')).toBe('created');
    expect(await run(start + 29 * day, 'b')).toBe('nothing due');
    expect(await run(start + 30 * day, 'c')).toBe('rotated');
    expect(await run(start + 31 * day, 'd')).toBe('nothing due');
    const ends = (await named()).map(({ expiresAtSeconds }) => expiresAtSeconds);
    expect(ends).toEqual([undefined, start + 37 * day]);
  });

  it.each([0, 30, 600])('happens once if its event repeats after %s seconds', async (seconds) => {
    const { run, named } = scheduled();
    await run(start, 'a', 1);
    await run(start, 'a', 1 + seconds);
    expect(await named()).toHaveLength(1);
    await run(start + 31 * day, 'b', 2);
    await run(start + 31 * day, 'b', 2 + seconds);
    expect(await named()).toHaveLength(2);
  });

  it('is finished by a retry after a crash before the old challenge’s expiry was set', async () => {
    const crash = { now: true };
    const { run, named } = scheduled({
      challenges: (inner) => ({
        ...inner,
        replace: async (...by) => {
          if (crash.now) throw new Error('crashed');
          return await inner.replace(...by);
        },
      }),
    });
    await run(start, 'a');
    await expect(run(start + 30 * day, 'b', 1)).rejects.toThrow('crashed');
    crash.now = false;
    expect(await run(start + 30 * day, 'b', 60)).toBe('rotated');
    const ends = (await named()).map(({ expiresAtSeconds }) => expiresAtSeconds);
    expect(ends).toEqual([undefined, start + 37 * day + 60]);
  });

  it('ignores one-time challenges and challenges with other names', async () => {
    const { run, create, events } = scheduled();
    await create({ Name: 'other' });
    await create({ Name: 'fleet', MaxUses: 1 });
    expect(await run(start + 60 * day, 'a')).toBe('created');
    expect(events.at(-1)?.detail).toMatchObject({ principal: 'arn:aws:events:x:1:rule/r' });
  });
});
