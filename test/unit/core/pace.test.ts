import { expect, test } from 'vitest';
import { createPace } from '../../../lambda/core/pace.ts';

test('a pace begins with what is usual, and follows what was seen', () => {
  const pace = createPace(350, { min: 10, max: 2000 });
  expect(pace.expectedMilliseconds()).toBe(350);
  for (let seen = 0; seen < 40; seen += 1) pace.took(1000);
  expect(pace.expectedMilliseconds()).toBeCloseTo(1000, 0);
});

test('a pace stays within its bounds, whatever two clocks make of it', () => {
  const pace = createPace(350, { min: 10, max: 2000 });
  for (let seen = 0; seen < 20; seen += 1) pace.took(-60_000);
  expect(pace.expectedMilliseconds()).toBe(10);
  for (let seen = 0; seen < 20; seen += 1) pace.took(60_000);
  expect(pace.expectedMilliseconds()).toBe(2000);
});
