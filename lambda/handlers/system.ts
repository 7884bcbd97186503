/** The system clock and a cryptographic random source. */
import { randomBytes } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import type { Clock, Random } from '../ports/system.ts';

export const systemClock: Clock = {
  nowSeconds: () => Math.floor(Date.now() / 1000),
  nowMilliseconds: () => Date.now(),
  sleep: (milliseconds) => setTimeout(milliseconds),
};

export const getRandomOctets: Random = (octets) => randomBytes(octets);
