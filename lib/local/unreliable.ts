/**
 * `--unreliable SEED` injects AWS's occasional failures, often enough to see them here. The same
 * seed gives the same failures.
 */
import { createHash } from 'node:crypto';
import type { FaultRates } from './emulators/dynamodb/injected-faults.ts';
import type { Delivery } from './emulators/step-functions/express.ts';

/** The faults for the emulators. */
export interface Unreliability {
  /** The delivery of Express executions. */
  readonly deliver: Delivery;
  readonly dynamoDb: FaultRates;
}

/** Numbers from 0 inclusive to 1 exclusive. */
export type Random = () => number;

/**
 * A sequence for one purpose of one seed. It does not depend on how often the other sequences are
 * drawn from. The numbers are the bytes of SHA-256 over seed, purpose and count.
 */
export const createRandom = (seed: string, purpose: string): Random => {
  let count = 0;
  return () => {
    count += 1;
    const digest = createHash('sha256').update(`${seed}/${purpose}/${count}`).digest();
    return digest.readUInt32BE(0) / 2 ** 32;
  };
};

/** The fates of a start, by cumulative probability. Otherwise it runs once, at once. */
const fates = [
  { name: 'twice', below: 0.15 },
  { name: 'never', below: 0.2 },
  { name: 'late', below: 0.35 },
  { name: 'dies', below: 0.4 },
] as const;

const maxDelaySeconds = 4;
const maxLifeSeconds = 1;

/**
 * Rates under which a device still gets its certificate. The SDK retries throttles, and the app
 * retries conflicts and unprocessed keys.
 */
const dynamoDbRates = { conflictRate: 0.05, unprocessedRate: 0.05, throttleRate: 0.02 };

/** Creates the faults of a seed; `report` receives a line for each abnormal start. */
export const createUnreliability = (
  seed: string,
  report: (line: string) => void,
): Unreliability => ({
  deliver: createDelivery(createRandom(seed, 'executions'), report),
  dynamoDb: { random: createRandom(seed, 'DynamoDB'), ...dynamoDbRates },
});

const createDelivery = (random: Random, report: (line: string) => void): Delivery => {
  return (run) => {
    // Every start draws two numbers, whatever its fate, so that the next start's numbers do not
    // depend on it.
    const [drawn, share] = [random(), random()];
    const fate = fates.find(({ below }) => drawn < below)?.name;
    if (fate) report(`unreliable: an execution ${fateLines[fate]}`);
    const after = (seconds: number, action: () => void): void => {
      setTimeout(action, share * seconds * 1000).unref();
    };
    if (fate === 'never') return;
    if (fate === 'late') return after(maxDelaySeconds, run);
    const started = run();
    if (fate === 'twice') after(maxDelaySeconds, run);
    if (fate === 'dies') after(maxLifeSeconds, () => started?.abort());
  };
};

const fateLines = {
  twice: 'runs twice',
  never: 'is lost',
  late: 'starts late',
  dies: 'stops midway',
} as const;
