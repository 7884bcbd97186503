import { expect } from 'vitest';
import { type ExchangeOptions, exchange } from '../unit/http/exchange.ts';

/** Expects this refusal, without a call to the CA and without a use of the challenge. */
export async function refuses(message: ExchangeOptions, expected: string): Promise<void> {
  const { verdict, leavesChallengeGood } = await exchange(message);
  expect(verdict).toBe(expected);
  expect(await leavesChallengeGood()).toBe(true);
}
