/** Lost answers of the CA, and what CloudTrail shows of them. */
import { describe, expect, it } from 'vitest';
import type { BreakStores } from '../stores.ts';
import { createStory, type StoryChanges } from '../story.ts';

const terms = (device: number) => ({ device, key: device % 6, challenge: device });
const minute = 60_000;

/** The CA accepts every request of these minutes, and its answer is lost. */
const loseAnswers =
  (minutes: number): ((now: () => number) => BreakStores) =>
  (now) =>
  ({ ca }) => ({
    ca: {
      ...ca,
      issue: async (order) => {
        const arn = await ca.issue(order);
        if (now() > minutes * minute) return arn;
        throw new Error('TimeoutError');
      },
    },
  });

/** A story in which every answer of the CA is lost for six minutes. */
function createLosingStory(changes: StoryChanges = {}) {
  const clock = { now: (): number => 0 };
  const story = createStory({ ...changes, breakStores: loseAnswers(6)(() => clock.now()) });
  clock.now = story.time.now;
  return story;
}

describe('a lost answer of the CA', () => {
  it('is found in CloudTrail and adopted among 25 certificates per second', async () => {
    const story = createLosingStory();
    const { world, time } = story;
    await world.createChallenge(0, 1);
    time.spawn(async () => {
      for (let other = 0; other < 8 * 60 * 20; other += 1) {
        world.ca.acceptForeignOrder(`other ${other}`);
        await time.sleep(50);
      }
    });
    await story.during(() => story.enrol(terms(0)));
    expect(await story.during(() => story.enrol(terms(0)))).toBe('issued');
    expect(time.now()).toBeLessThan(45 * minute);
  });

  it('is found for each of 200 that are lost at once', { timeout: 60_000 }, async () => {
    const story = createLosingStory();
    const count = 200;
    for (let device = 0; device < count; device += 1) await story.world.createChallenge(device, 1);
    await story.during(() =>
      Promise.all(Array.from({ length: count }, (_, device) => story.enrol(terms(device)))),
    );
    const states = [...story.world.tables.rows.values()].map(({ row }) => row.state.status);
    expect(states.filter((status) => status === 'issued')).toHaveLength(count);
    expect(story.world.ca.certificates).toHaveLength(count);
    expect(story.time.now()).toBeLessThan(90 * minute);
  });

  it('is refused after two hours, keeps its use, and is revoked when CloudTrail records it', async () => {
    const story = createLosingStory({ ca: { recordingMilliseconds: () => 150 * minute } });
    const { world } = story;
    await world.createChallenge(0, 1);
    const answer: string[] = [];
    await story.during(async () => {
      for (; story.time.now() < 165 * minute; await story.time.sleep(20 * minute))
        answer.push(await story.enrol(terms(0)));
    });
    expect(answer.slice(0, 6).every((word) => word === 'pending')).toBe(true);
    expect(answer.at(-1)).toBe('ChallengeUsed');
    expect(story.usesLeft()).toEqual([0]);
    const [row] = [...world.tables.rows.values()];
    expect(row?.row.state).toMatchObject({ status: 'refused', code: 'CertificateLost' });
    expect(world.ca.certificates.map(({ isRevoked }) => isRevoked)).toEqual([true]);
  });

  it('leads to one certificate when the table throttles the write of its ARN', async () => {
    const clock = { now: (): number => 0 };
    const story = createStory({
      breakStores: ({ attempts }) => ({
        attempts: {
          ...attempts,
          recordArn: async (...inputs) => {
            if (clock.now() < 3 * minute) throw new Error('ThrottlingException');
            return await attempts.recordArn(...inputs);
          },
        },
      }),
    });
    clock.now = story.time.now;
    await story.world.createChallenge(0, 1);
    await story.during(() => story.enrol(terms(0)));
    expect(await story.during(() => story.enrol(terms(0)))).toBe('issued');
    expect(story.world.ca.certificates).toHaveLength(1);
  });
});
