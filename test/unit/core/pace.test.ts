import { expect, test } from 'vitest';
import { createPace } from '../../../lambda/core/pace.ts';

test('a pace starts at its initial value, and follows the observed durations', () => {
  const pace = createPace(350, { min: 10, max: 2000 });
  expect(pace.expectedMilliseconds()).toBe(350);
  for (let at = 0; at < 40; at += 1) pace.took(1000);
  expect(pace.expectedMilliseconds()).toBeCloseTo(1000, 0);
});

test('a pace stays within its bounds, even if two clocks differ', () => {
  const pace = createPace(350, { min: 10, max: 2000 });
  for (let at = 0; at < 20; at += 1) pace.took(-60_000);
  expect(pace.expectedMilliseconds()).toBe(10);
  for (let at = 0; at < 20; at += 1) pace.took(60_000);
  expect(pace.expectedMilliseconds()).toBe(2000);
});
