/** What becomes of challenges over months, and when many devices share one. */
import { describe, expect, it } from 'vitest';
import { runClaims } from '../claims.ts';
import { storyOf } from '../story.ts';

const one = { device: 0, key: 0, challenge: 0 };

describe('a one-time challenge', () => {
  it('is used on day 40 and revoked on day 120, though rows and records are swept', async () => {
    const story = storyOf();
    const { world, during } = story;
    await world.createChallenge(0, 1);
    expect(await during(() => story.ask(one))).toBe('issued');
    await story.untilDay(40);
    expect(world.tables.rows.size).toBe(0);
    expect(await during(() => story.ask(one))).toBe('ChallengeUsed');
    await story.untilDay(119);
    await during(() => story.revoke(0));
    await story.untilDay(120);
    expect(world.tables.progress.size).toBe(0);
    expect(await during(() => story.ask(one))).toBe('ChallengeRevoked');
    expect(world.ca.certificates).toHaveLength(1);
  });

  it('is good after the CA refused, and its row was swept after 30 days', async () => {
    const disabled = { is: true };
    const story = storyOf({ ca: { isDisabled: () => disabled.is } });
    await story.world.createChallenge(0, 1);
    expect(await story.during(() => story.ask(one))).toBe('CertificateRefused');
    expect(story.usesLeft()).toEqual([1]);
    await story.untilDay(40);
    disabled.is = false;
    expect(story.world.tables.rows.size).toBe(0);
    expect(await story.during(() => story.ask(one))).toBe('issued');
  });

  it('gets nothing written when it was swept before the CA refused', async () => {
    const story = storyOf({
      ca: { isDisabled: () => true },
      broken: ({ attempts }, tables) => ({
        attempts: {
          ...attempts,
          settle: async (settlement) => {
            tables.challenges.clear();
            return await attempts.settle(settlement);
          },
        },
      }),
    });
    await story.world.createChallenge(0, 1);
    expect(await story.during(() => story.ask(one))).toBe('CertificateRefused');
    expect(story.world.tables.challenges.size).toBe(0);
  });

  it('gives the same certificate to the same request that came twice at once', async () => {
    const story = storyOf();
    await story.world.createChallenge(0, 1);
    const both = await story.during(() => Promise.all([story.ask(one), story.ask(one)]));
    expect(both.every((heard) => heard === 'issued' || heard === 'pending')).toBe(true);
    expect(await story.during(() => story.ask(one))).toBe('issued');
    expect(story.world.ca.certificates).toHaveLength(1);
  });

  it('is good for a new key, days after the write of its row failed', async () => {
    const failing = { is: true };
    const story = storyOf({
      broken: ({ enrolments }) => ({
        enrolments: {
          ...enrolments,
          claim: async (claim) => {
            if (failing.is) throw new Error('InternalServerError');
            return await enrolments.claim(claim);
          },
        },
      }),
    });
    await story.world.createChallenge(0, 1);
    expect(await story.during(() => story.ask(one))).toBe('outage');
    failing.is = false;
    await story.untilDay(3);
    expect(await story.during(() => story.ask({ ...one, key: 1 }))).toBe('issued');
  });
});

describe('a limited challenge', () => {
  it('commits at least 50 claims a second, where a transaction holds it for 10 to 20 ms', async () => {
    const { perSecond, undecided } = await runClaims({ seed: 1, claims: 1600, seconds: 20 });
    expect(perSecond).toBeGreaterThanOrEqual(50);
    expect(undecided).toBeGreaterThan(0);
  });

  it('is revoked among 1,000 claims in ten seconds, and nothing is claimed afterwards', async () => {
    for (let seed = 0; seed < 10; seed += 1) {
      const result = await runClaims({ seed, claims: 1000, seconds: 10, revokedAt: 5 });
      expect(result.revokedAfter).toBeDefined();
      expect(result.claimedAfterRevocation).toBe(0);
      expect(result.claimed + result.refused + result.undecided).toBe(1000);
      expect(result.usesLeft).toBe(1000 - result.claimed);
    }
  });
});

describe('a challenge that counts nothing', () => {
  it('gives a certificate when an attempt has the number of an older one that is not swept yet', async () => {
    const disabled = { is: false };
    const story = storyOf({ validityDays: 365, ca: { isDisabled: () => disabled.is } });
    await story.world.createChallenge(0);
    expect(await story.during(() => story.ask(one))).toBe('issued');
    await story.untilDay(183);
    disabled.is = true;
    expect(await story.during(() => story.ask(one))).toBe('CertificateRefused');
    disabled.is = false;
    // The refused attempt and its record are swept by then; the row of the first certificate is
    // kept.
    await story.untilDay(250);
    expect(story.world.tables.rows.size).toBe(1);
    await story.during(() => story.ask(one));
    expect(await story.during(() => story.ask(one))).toBe('issued');
  });
});
