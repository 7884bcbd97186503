/**
 * `--unreliable SEED`: what goes wrong at AWS now and then, often enough to be met here, the same
 * for the same seed.
 */
import { createHash } from 'node:crypto';
import type { Trouble } from './emulators/dynamodb/trouble.ts';
import type { Delivery } from './emulators/step-functions/express.ts';

/** What the emulators are given. */
export interface Unreliability {
  /** Of Express executions. */
  readonly deliver: Delivery;
  readonly dynamoDb: Trouble;
}

/** Numbers from 0 inclusive to 1 exclusive. */
export type Random = () => number;

/**
 * A sequence for one purpose of one seed: it stays the same however often the others are drawn
 * from. The numbers are the bytes of SHA-256 over seed, purpose and count.
 */
export const randomOf = (seed: string, purpose: string): Random => {
  let count = 0;
  return () => {
    count += 1;
    const digest = createHash('sha256').update(`${seed}/${purpose}/${count}`).digest();
    return digest.readUInt32BE(0) / 2 ** 32;
  };
};

/**
 * What becomes of a start, by the upper end of its part of all starts; above the last it runs once,
 * at once.
 */
const fates = [
  { name: 'twice', below: 0.15 },
  { name: 'never', below: 0.2 },
  { name: 'late', below: 0.35 },
  { name: 'dies', below: 0.4 },
] as const;

const latestSeconds = 4;
const longestLifeSeconds = 1;

/**
 * Rates that a device gets its certificate under: the SDK repeats throttles, the app conflicts and
 * unprocessed keys.
 */
const dynamoDbRates = { conflictRate: 0.05, unprocessedRate: 0.05, throttleRate: 0.02 };

/**
 * Makes the trouble of a seed; `report` gets a line for each start that does not run as it should.
 */
export const createUnreliability = (
  seed: string,
  report: (line: string) => void,
): Unreliability => ({
  deliver: createDelivery(randomOf(seed, 'executions'), report),
  dynamoDb: { random: randomOf(seed, 'DynamoDB'), ...dynamoDbRates },
});

const createDelivery = (random: Random, report: (line: string) => void): Delivery => {
  return (run) => {
    // Two numbers for every start, whatever becomes of it: the next start's are the same then.
    const [drawn, share] = [random(), random()];
    const fate = fates.find(({ below }) => drawn < below)?.name;
    if (fate) report(`unreliable: an execution ${fateLines[fate]}`);
    const after = (seconds: number, act: () => void): void => {
      setTimeout(act, share * seconds * 1000).unref();
    };
    if (fate === 'never') return;
    if (fate === 'late') return after(latestSeconds, run);
    const started = run();
    if (fate === 'twice') after(latestSeconds, run);
    if (fate === 'dies') after(longestLifeSeconds, () => started?.abort());
  };
};

const fateLines = {
  twice: 'runs twice',
  never: 'is lost',
  late: 'starts late',
  dies: 'dies on its way',
} as const;
