import { expect, it } from 'vitest';
import { cacheFor } from '../../../lambda/core/cached.ts';

it('caches a value until it is too old, and never caches a failure', async () => {
  let now = 0;
  let calls = 0;
  let isDown = false;
  const value = cacheFor(
    60,
    () => now,
    async () => {
      if (isDown) throw new Error('down');
      calls += 1;
      return calls;
    },
  );
  expect([await value(), await value()]).toEqual([1, 1]);
  now = 59;
  expect(await value()).toBe(1);
  now = 60;
  isDown = true;
  await expect(value()).rejects.toThrow('down');
  isDown = false;
  expect(await value()).toBe(2);
});
