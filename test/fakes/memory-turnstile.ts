import type { Turnstile } from '../../lambda/ports.ts';

/** A turnstile in memory; the contract suite holds it to what DynamoDB does. */
export function memoryTurnstile(perSecond: number): Turnstile {
  const between = Math.ceil(1000 / perSecond);
  let next = 0;
  return {
    take: async (now) => {
      const turn = Math.max(next, now);
      next = turn + between;
      return turn;
    },
    next: async () => next,
  };
}
