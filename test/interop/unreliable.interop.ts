/**
 * A small storm with seeded failures of AWS. Attempts run twice, late, partly or not at all, and
 * DynamoDB cancels transactions, leaves keys unprocessed and throttles.
 */
import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { issuedSubjectsOf } from './certificates.ts';
import { type RunningStack, stackDirectory, startStack } from './stack.ts';
import { storm } from './storm.ts';

const devices = 30;
/** The dispatcher restarts a failed attempt after 315 s (issuance/dispatch.ts). */
const limitSeconds = 400;
const directory = stackDirectory();
let stack: RunningStack;

beforeAll(async () => {
  stack = await startStack(directory, ['--unreliable', 'interop']);
});

afterAll(async () => {
  await stack?.interrupt();
  rmSync(directory, { recursive: true, force: true });
});

describe('a small storm on npm start -- --unreliable', () => {
  it(`ends with one certificate for each of ${devices} devices`, { timeout: 460_000 }, async () => {
    const ends = await storm({ devices, limitSeconds, facts: () => stack.facts });
    expect(ends).toEqual(Array(devices).fill('SUCCESS'));
    const issued = issuedSubjectsOf(stack.facts).filter((subject) => subject?.includes('device-'));
    expect(issued.toSorted()).toEqual([...new Set(issued)].toSorted());
    expect(issued).toHaveLength(devices);
  });
});
