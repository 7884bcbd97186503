import { describe, expect, it } from 'vitest';
import { computeRunningUntil } from '../../../lambda/issuance/choose-due.ts';
import type { DueAttempt } from '../../../lambda/ports/due-attempts.ts';
import { now } from '../../contract/stores.ts';

describe('the end of the last execution that may work on an attempt', () => {
  const due = (dueAtSeconds: number): DueAttempt => ({
    ...{ connectorId: 'test', enrolmentId: 'f', attempt: 1 },
    dueAtSeconds,
    isEarlier: false,
  });
  const progress = { enrolmentId: 'f', attempt: 1, turnAtMilliseconds: now * 1000, tries: 0 };
  const marked = { ...progress, tries: 1, askedAtSeconds: now };

  it.each([
    ['no record', due(now + 5), undefined, 0],
    ['the record of another attempt', due(now + 5), { ...progress, attempt: 2 }, 0],
    ['a turn long after its due time', due(now - 60), progress, now + 315],
    ['a turn at the postponed time', due(now), progress, 0],
    ['a mark after its due time', due(now + 5), marked, now + 315],
    ['a mark a minute before its due time', due(now + 60), marked, 0],
  ])('is computed with %s', (_, attempt, record, expected) => {
    expect(computeRunningUntil(attempt, record)).toBe(expected);
  });
});
