/** Challenges over months, and challenges that many devices share. */
import { describe, expect, it } from 'vitest';
import { runClaims } from '../claims.ts';
import { createStory } from '../story.ts';

const one = { device: 0, key: 0, challenge: 0 };

describe('a one-time challenge', () => {
  it('is still used on day 40 and revoked on day 120, after TTL removed its rows and records', async () => {
    const story = createStory();
    const { world, during } = story;
    await world.createChallenge(0, 1);
    expect(await during(() => story.enrol(one))).toBe('issued');
    await story.untilDay(40);
    expect(world.tables.rows.size).toBe(0);
    expect(await during(() => story.enrol(one))).toBe('ChallengeUsed');
    await story.untilDay(119);
    await during(() => story.revoke(0));
    await story.untilDay(120);
    expect(world.tables.progress.size).toBe(0);
    expect(await during(() => story.enrol(one))).toBe('ChallengeRevoked');
    expect(world.ca.certificates).toHaveLength(1);
  });

  it('is valid again after the CA refused and TTL removed its row', async () => {
    const disabled = { is: true };
    const story = createStory({ ca: { isDisabled: () => disabled.is } });
    await story.world.createChallenge(0, 1);
    expect(await story.during(() => story.enrol(one))).toBe('CertificateRefused');
    expect(story.usesLeft()).toEqual([1]);
    await story.untilDay(40);
    disabled.is = false;
    expect(story.world.tables.rows.size).toBe(0);
    expect(await story.during(() => story.enrol(one))).toBe('issued');
  });

  it('is not written again when TTL removed it before the CA refused', async () => {
    const story = createStory({
      ca: { isDisabled: () => true },
      breakStores: ({ attempts }, tables) => ({
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
    expect(await story.during(() => story.enrol(one))).toBe('CertificateRefused');
    expect(story.world.tables.challenges.size).toBe(0);
  });

  it('gives one certificate to the same request sent twice at once', async () => {
    const story = createStory();
    await story.world.createChallenge(0, 1);
    const both = await story.during(() => Promise.all([story.enrol(one), story.enrol(one)]));
    expect(both.every((answer) => answer === 'issued' || answer === 'pending')).toBe(true);
    expect(await story.during(() => story.enrol(one))).toBe('issued');
    expect(story.world.ca.certificates).toHaveLength(1);
  });

  it('is valid for a new key days after the write of its row failed', async () => {
    const failing = { is: true };
    const story = createStory({
      breakStores: ({ enrolments }) => ({
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
    expect(await story.during(() => story.enrol(one))).toBe('outage');
    failing.is = false;
    await story.untilDay(3);
    expect(await story.during(() => story.enrol({ ...one, key: 1 }))).toBe('issued');
  });
});

describe('a limited challenge', () => {
  it('commits at least 50 claims per second when a transaction holds it for 10 to 20 ms', async () => {
    const { perSecond, undecided } = await runClaims({ seed: 1, claims: 1600, seconds: 20 });
    expect(perSecond).toBeGreaterThanOrEqual(50);
    expect(undecided).toBeGreaterThan(0);
  });

  it('can be revoked among 1,000 claims in ten seconds, and then allows no claim', async () => {
    for (let seed = 0; seed < 10; seed += 1) {
      const result = await runClaims({ seed, claims: 1000, seconds: 10, revokedAt: 5 });
      expect(result.revokedAfter).toBeDefined();
      expect(result.claimedAfterRevocation).toBe(0);
      expect(result.claimed + result.refused + result.undecided).toBe(1000);
      expect(result.usesLeft).toBe(1000 - result.claimed);
    }
  });
});

describe('an unlimited challenge', () => {
  it('gives a certificate when an attempt has the number of an older one that still exists', async () => {
    const disabled = { is: false };
    const story = createStory({ validityDays: 365, ca: { isDisabled: () => disabled.is } });
    await story.world.createChallenge(0);
    expect(await story.during(() => story.enrol(one))).toBe('issued');
    await story.untilDay(183);
    disabled.is = true;
    expect(await story.during(() => story.enrol(one))).toBe('CertificateRefused');
    disabled.is = false;
    // TTL has removed the refused attempt and its record. The row of the first certificate still
    // exists.
    await story.untilDay(250);
    expect(story.world.tables.rows.size).toBe(1);
    await story.during(() => story.enrol(one));
    expect(await story.during(() => story.enrol(one))).toBe('issued');
  });
});
