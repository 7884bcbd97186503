import { expect, it } from 'vitest';
import type { Attempt } from '../../lambda/core/attempt.ts';
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

  it('begins once, and returns the existing record to every later call', async () => {
    const one = await begun();
    const later = { ...one, turnAtMilliseconds: one.turnAtMilliseconds + 40 };
    expect(await attempts().begin(later)).toEqual({ progress: one, isNew: false });
  });

  it('is new to one of many concurrent calls', async () => {
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

  it('keeps the first mark and counts every try', async () => {
    const one = await begun();
    expect(await attempts().mark(one, now)).toEqual({ ...one, askedAtSeconds: now, tries: 1 });
    expect(await attempts().mark(one, now + 9)).toEqual({ ...one, askedAtSeconds: now, tries: 2 });
  });

  it('counts the tries of concurrent marks', async () => {
    const one = await begun();
    const marks = await Promise.all(Array.from({ length: 5 }, () => attempts().mark(one, now)));
    expect(marks.map((mark) => mark?.tries).toSorted()).toEqual([1, 2, 3, 4, 5]);
  });

  it('loses its mark when the CA did not accept its only try', async () => {
    const one = await begun({ tries: 1, askedAtSeconds: now });
    await attempts().unmark(one);
    expect(await progressOf(one)).toEqual({ ...turn(one), tries: 0, askedAtSeconds: undefined });
    expect(await attempts().mark(one, now + 60)).toMatchObject({
      askedAtSeconds: now + 60,
      tries: 1,
    });
  });

  it('keeps its mark after two tries, because the CA may have received the first', async () => {
    const one = await begun({ tries: 1, askedAtSeconds: now });
    await attempts().mark(one, now + 1);
    await attempts().unmark(one);
    expect(await progressOf(one)).toMatchObject({ tries: 2, askedAtSeconds: now });
  });

  it('keeps its mark once it has an ARN', async () => {
    const one = await begun({ tries: 1, askedAtSeconds: now });
    expect(await attempts().recordArn(one, 'arn:one')).toBe(true);
    await attempts().unmark(one);
    const marked = { ...one, certificateArn: 'arn:one' };
    expect(await progressOf(one)).toEqual(marked);
  });

  it('is withheld for the first reason, and accepts no mark afterwards', async () => {
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

  it('is separate for each connector', async () => {
    const one = await begun();
    const other = stores().of('other').attempts;
    expect((await other.read(one)).progress).toBeUndefined();
    expect(await other.recordArn(one, 'arn:one')).toBe(false);
  });
});
