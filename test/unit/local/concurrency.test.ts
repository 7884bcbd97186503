import { describe, expect, it } from 'vitest';
import { createConcurrency } from '../../../lib/local/functions/concurrency.ts';
import { createThreadBudget } from '../../../lib/local/functions/threads.ts';

describe('the concurrency of an account', () => {
  it('is one pool for all functions', () => {
    const { enter } = createConcurrency(2, new Map());
    const leave = enter('scep');
    expect(enter('certify')).toBeDefined();
    expect(enter('admin')).toBeUndefined();
    leave?.();
    expect(enter('admin')).toBeDefined();
  });

  it('limits a function to its reservation, and leaves the rest to the others', () => {
    const { enter } = createConcurrency(101, new Map([['certify', 1]]));
    expect(enter('certify')).toBeDefined();
    expect(enter('certify')).toBeUndefined();
    const others = Array.from({ length: 101 }, () => enter('scep'));
    expect(others.filter((leave) => leave !== undefined)).toHaveLength(100);
  });

  it('refuses reservations in a new account, which has 10 executions', () => {
    expect(() => createConcurrency(10, new Map([['certify', 1]]))).toThrow(
      "reserved concurrency leaves 9 of the account's 10 executions; Lambda requires 100",
    );
    expect(() => createConcurrency(10, new Map())).not.toThrow();
  });
});

describe('the budget of threads', () => {
  it('gives every function its minimum, even if the others use all threads', () => {
    const { take } = createThreadBudget(3, 2);
    expect([0, 1, 2, 3].map(take)).toEqual([true, true, true, false]);
    expect([0, 1, 2].map(take)).toEqual([true, true, false]);
  });

  it('wakes what waits at every thread that is given back', () => {
    const budget = createThreadBudget(1, 0);
    budget.take(0);
    let woken = 0;
    budget.onFree(() => {
      woken += 1;
    });
    budget.giveBack();
    budget.giveBack();
    expect(woken).toBe(1);
  });
});
