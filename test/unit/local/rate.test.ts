import { describe, expect, it } from 'vitest';
import { readRatePeriodSeconds } from '../../../lib/local/emulators/eventbridge/rate.ts';

describe('a rate', () => {
  it.each([
    ['rate(1 minute)', 60],
    ['rate(15 minutes)', 900],
    ['rate(6 hours)', 21_600],
    ['rate(1 day)', 86_400],
  ])('%s is a period of %d seconds', (expression, seconds) => {
    expect(readRatePeriodSeconds(expression, 'Rule')).toBe(seconds);
  });

  it.each([
    'cron(0 12 * * ? *)',
    'rate(0 minutes)',
    'rate(1 minutes)',
    'rate(2 minute)',
    'rate(30 seconds)',
    'undefined',
  ])('%s is refused', (expression) => {
    expect(() => readRatePeriodSeconds(expression, 'Rule1 (AWS::Events::Rule)')).toThrow(
      `Rule1 (AWS::Events::Rule): the schedule ${expression}`,
    );
  });
});
