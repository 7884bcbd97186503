/** Many devices, slow CAs and lost starts. */
import { describe, expect, it } from 'vitest';
import { runStorm } from '../storm.ts';
import { createStory } from '../story.ts';

const terms = (device: number) => ({ device, key: device % 6, challenge: device });

describe('under load', () => {
  it('answers 60 new requests with PENDING within four seconds, and a poll at once, while the CA takes 75 s', async () => {
    const story = createStory({ ca: { makingMilliseconds: () => 75_000 } });
    const { time, world } = story;
    for (let device = 0; device < 60; device += 1) await world.createChallenge(device, 1);
    const answers = await story.during(() =>
      Promise.all(
        Array.from({ length: 60 }, async (_, device) => {
          const answer = await story.enrol(terms(device));
          const after = time.now();
          const polled = await story.poll(terms(device));
          return { answer, after, polled, pollTook: time.now() - after };
        }),
      ),
    );
    expect(
      answers.every(({ answer, polled }) => answer === 'pending' && polled === 'pending'),
    ).toBe(true);
    expect(Math.max(...answers.map(({ after }) => after))).toBeLessThan(4000);
    expect(Math.max(...answers.map(({ pollTook }) => pollTook))).toBeLessThan(300);
  });

  it('issues at the rate of the CA from the first minute when six of ten starts are lost', async () => {
    const story = createStory({ workflow: { losing: () => 0.6 } });
    const count = 100;
    for (let device = 0; device < count; device += 1) await story.world.createChallenge(device, 1);
    await story.during(() =>
      Promise.all(Array.from({ length: count }, (_, device) => story.enrol(terms(device)))),
    );
    const rows = [...story.world.tables.rows.values()];
    expect(rows.filter(({ row }) => row.state.status === 'issued')).toHaveLength(count);
    const ordered = story.world.ca.certificates.map(({ orderedAt }) => orderedAt);
    // The first run of the dispatcher starts most of them. Later runs start those whose start was
    // lost again.
    expect(ordered.filter((at) => at < 75_000).length).toBeGreaterThan(0.6 * count);
  });

  it('gives each of 200 devices in a storm one certificate', { timeout: 60_000 }, async () => {
    const { served, gaveUp, violation, refusals } = await runStorm(200);
    expect({ served, gaveUp, violation, refusals: refusals.size }).toEqual({
      ...{ served: 200, gaveUp: 0, violation: undefined, refusals: 0 },
    });
  });
});

describe('an Intune connector', () => {
  const calm = { refusing: () => 0, revoking: () => 0, isOut: () => false };

  it('answers PENDING in time when Intune validates for 12 s', async () => {
    const story = createStory({
      intune: { ...calm, answeringMilliseconds: () => 12_000 },
      ca: { makingMilliseconds: () => 60_000 },
    });
    const took = await story.during(async () => {
      expect(await story.enrol(terms(0))).toBe('pending');
      return story.time.now();
    });
    expect(took).toBeLessThan(16_000);
  });

  it('does not hand out a certificate that was revoked between notification and settlement', async () => {
    const clock = { now: (): number => 0 };
    const story = createStory({
      intune: { ...calm, revoking: () => 1, answeringMilliseconds: () => 300 },
      breakStores: ({ attempts }) => ({
        attempts: {
          ...attempts,
          settle: async (settlement) => {
            if (clock.now() < 40 * 60_000) throw new Error('InternalServerError');
            return await attempts.settle(settlement);
          },
        },
      }),
    });
    clock.now = story.time.now;
    await story.during(() => story.enrol(terms(0)));
    const [row] = [...story.world.tables.rows.values()];
    expect(row?.row.state).toMatchObject({ status: 'refused', code: 'CertificateRevoked' });
    expect(story.world.ca.certificates.map(({ isRevoked }) => isRevoked)).toEqual([true]);
  });

  it('keeps a certificate withheld when a second execution could hand it out', async () => {
    const notified = { times: 0 };
    const story = createStory({
      intune: { ...calm, answeringMilliseconds: () => 300 },
      workflow: { doubling: () => 1 },
      breakStores: ({ intune }) => ({
        intune: {
          ...intune,
          notifySuccess: async (...inputs) => {
            notified.times += 1;
            const isFirst = notified.times === 1;
            // Both executions make this call before either gets an answer.
            await story.time.sleep(isFirst ? 10_000 : 20_000);
            if (isFirst) return { refused: 'RegisteredKeyMismatch' };
            return await intune.notifySuccess(...inputs);
          },
        },
      }),
    });
    await story.during(() => story.enrol(terms(0)));
    expect(notified.times).toBe(2);
    const [row] = [...story.world.tables.rows.values()];
    expect(row?.row.state).toMatchObject({ code: 'Intune:RegisteredKeyMismatch' });
    expect(row?.due).toBeUndefined();
  });

  it('grants two requests with one transactionID, each by its own challenge', async () => {
    const story = createStory();
    const transactionId = 'ONE TRANSACTION';
    for (const challenge of [0, 1]) await story.world.createChallenge(challenge, 1);
    const both = [0, 1].map((device) => ({ device, key: 0, challenge: device, transactionId }));
    await story.during(() => Promise.all(both.map(story.enrol)));
    expect(await story.during(() => Promise.all(both.map(story.enrol)))).toEqual([
      'issued',
      'issued',
    ]);
    expect(story.world.ca.certificates).toHaveLength(2);
  });
});
