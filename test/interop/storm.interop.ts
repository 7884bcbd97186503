/** A hundred concurrent devices, a CA that issues five per second, and a restart in the middle. */
import { rmSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { issuedSubjectsOf } from './certificates.ts';
import { type RunningStack, stackDirectory, startStack } from './stack.ts';
import { storm } from './storm.ts';
import { serverErrorsOf } from './traces.ts';

const devices = 100;
// The stop ends executions. The dispatcher starts their attempts again after six minutes.
const limitSeconds = 540;
const directory = stackDirectory();
const flags = ['--pca-tps', '5'];
let stack: RunningStack;

beforeAll(async () => {
  stack = await startStack(directory, flags);
});

afterAll(async () => {
  await stack?.interrupt();
  rmSync(directory, { recursive: true, force: true });
});

describe('a storm with a restart in the middle', () => {
  it(`ends with one certificate for each of ${devices} devices`, { timeout: 600_000 }, async () => {
    const ends = storm({ devices, limitSeconds, facts: () => stack.facts });
    await setTimeout(6000);
    await stack.end();
    stack = await startStack(directory, flags);

    expect(await ends).toEqual(Array(devices).fill('SUCCESS'));
    const issued = issuedSubjectsOf(stack.facts).filter((subject) => subject?.includes('device-'));
    expect(new Set(issued).size).toBe(devices);
    expect(issued).toHaveLength(devices);
  });

  it('answers 5xx only to requests whose function the stop ended', () => {
    const faults = serverErrorsOf(stack.facts).map((line) => line.integrationError);
    expect(faults.filter((fault) => fault !== 'Runtime.ExitError')).toEqual([]);
  });
});
