import { expect, it } from 'vitest';
import type { Attempt } from '../../lambda/attempt.ts';
import type { AttemptProgress } from '../../lambda/ports/enrolments.ts';
import { newEnrolmentId } from './samples.ts';
import { describeStores, now } from './stores.ts';

describeStores('the progress of an attempt', (stores) => {
  const attempts = () => stores().attempts;
  const turn = (terms: Partial<AttemptProgress> = {}): AttemptProgress => ({
    enrolmentId: newEnrolmentId(),
    attempt: 1,
    turnAtMilliseconds: now * 1000,
    tries: 0,
    ...terms,
  });
  const begun = async (terms: Partial<AttemptProgress> = {}): Promise<AttemptProgress> => {
    const progress = turn(terms);
    expect(await attempts().begin(progress)).toEqual({ progress, isNew: true });
    return progress;
  };
  const progressOf = async (attempt: Attempt) => (await attempts().read(attempt)).progress;

  it('begins with a turn, or with a turn and the mark', async () => {
    for (const terms of [{}, { tries: 1, askedAtSeconds: now }]) {
      const one = await begun(terms);
      expect(await progressOf(one)).toEqual(one);
    }
  });

  it('begins once: every later call gets the record that is there', async () => {
    const one = await begun();
    const later = { ...one, turnAtMilliseconds: one.turnAtMilliseconds + 40 };
    expect(await attempts().begin(later)).toEqual({ progress: one, isNew: false });
  });

  it('is new for one of many that begin at once', async () => {
    const one = turn();
    const begun = await Promise.all(Array.from({ length: 8 }, () => attempts().begin(one)));
    expect(begun.filter(({ isNew }) => isNew)).toHaveLength(1);
  });

  it('gives way to a later attempt, and never to an earlier one', async () => {
    const one = await begun();
    const two = { ...one, attempt: 2 };
    expect(await attempts().begin(two)).toEqual({ progress: two, isNew: true });
    expect(await attempts().begin(one)).toEqual({ progress: two, isNew: false });
  });

  it('keeps the first mark, and counts every try', async () => {
    const one = await begun();
    expect(await attempts().mark(one, now)).toEqual({ ...one, askedAtSeconds: now, tries: 1 });
    expect(await attempts().mark(one, now + 9)).toEqual({ ...one, askedAtSeconds: now, tries: 2 });
  });

  it('counts the tries of marks that come at once', async () => {
    const one = await begun();
    const marks = await Promise.all(Array.from({ length: 5 }, () => attempts().mark(one, now)));
    expect(marks.map((mark) => mark?.tries).toSorted()).toEqual([1, 2, 3, 4, 5]);
  });

  it('has no mark again once the CA did not take its only try', async () => {
    const one = await begun({ tries: 1, askedAtSeconds: now });
    await attempts().unmark(one);
    expect(await progressOf(one)).toEqual({ ...turn(one), tries: 0, askedAtSeconds: undefined });
    expect(await attempts().mark(one, now + 60)).toMatchObject({
      askedAtSeconds: now + 60,
      tries: 1,
    });
  });

  it('keeps the mark of two tries, of which the first may have been received', async () => {
    const one = await begun({ tries: 1, askedAtSeconds: now });
    await attempts().mark(one, now + 1);
    await attempts().unmark(one);
    expect(await progressOf(one)).toMatchObject({ tries: 2, askedAtSeconds: now });
  });

  it('keeps the mark beside an ARN', async () => {
    const one = await begun({ tries: 1, askedAtSeconds: now });
    expect(await attempts().recordArn(one, 'arn:one')).toBe(true);
    await attempts().unmark(one);
    const marked = { ...one, certificateArn: 'arn:one' };
    expect(await progressOf(one)).toEqual(marked);
  });

  it('is withheld for the first reason, and takes no mark after it', async () => {
    const one = await begun();
    expect(await attempts().withhold(one, 'Intune:ChallengeExpired')).toBe(
      'Intune:ChallengeExpired',
    );
    expect(await attempts().withhold(one, 'CertificateMismatch')).toBe('Intune:ChallengeExpired');
    expect(await attempts().mark(one, now)).toBeUndefined();
  });

  it.each(['none', 'a later one'])('of an attempt that has %s is not changed', async (which) => {
    const one = turn();
    const later = { ...one, attempt: 2 };
    if (which === 'a later one') await begun(later);
    expect(await attempts().mark(one, now)).toBeUndefined();
    expect(await attempts().recordArn(one, 'arn:one')).toBe(false);
    expect(await attempts().withhold(one, 'CertificateMismatch')).toBeUndefined();
    await attempts().unmark(one);
    expect(await progressOf(later)).toEqual(which === 'none' ? undefined : later);
  });

  it('is the connector’s own', async () => {
    const one = await begun();
    const other = stores().of('other').attempts;
    expect((await other.read(one)).progress).toBeUndefined();
    expect(await other.recordArn(one, 'arn:one')).toBe(false);
  });
});
