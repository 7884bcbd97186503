import { expect } from 'vitest';
import { type ExchangeOptions, exchange } from '../unit/http/exchange.ts';

/** Refused like this, nothing asked of the CA, and the challenge good for the next request. */
export async function refuses(message: ExchangeOptions, expected: string): Promise<void> {
  const { verdict, leavesChallengeGood } = await exchange(message);
  expect(verdict).toBe(expected);
  expect(await leavesChallengeGood()).toBe(true);
}
