/** Runs seeds on all cores. Each process takes the next few seeds and sends back their results. */
import { type ChildProcess, fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { ConnectorKind } from './definition.ts';
import { invariants } from './invariants.ts';
import { endProgress, showProgress } from './progress.ts';
import type { SeedResult } from './seed.ts';

/** What to run. */
export interface SeedsOptions {
  readonly from: number;
  readonly count: number;
  readonly kind: ConnectorKind;
  /** How many of the last events of a failed seed are printed. */
  readonly events: number;
  readonly keepGoing: boolean;
}

/** A few seeds for one process. */
export interface Batch {
  readonly seeds: readonly number[];
  readonly kind: ConnectorKind;
  readonly events: number;
}

const batchSize = 10;

/** Runs the seeds. Returns 1 if an invariant is violated. */
export async function runSeeds(options: SeedsOptions): Promise<0 | 1> {
  const { from, count, kind } = options;
  const began = Date.now();
  const sums = { seeds: 0, certificates: 0, events: 0, failures: 0 };
  const queue = Array.from({ length: count }, (_, at) => from + at);
  const isStopped = (): boolean => sums.failures > 0 && !options.keepGoing;
  const receive = (result: SeedResult): void => {
    sums.seeds += 1;
    sums.certificates += result.certificates;
    sums.events += result.events;
    if (result.violation !== undefined && !isStopped()) printFailure(result, options);
    if (result.violation !== undefined) sums.failures += 1;
    showProgress(`${sums.seeds} of ${count} seeds, ${sums.certificates} certificates`);
  };
  const next = (): Batch | undefined => {
    const seeds = isStopped() ? [] : queue.splice(0, batchSize);
    return seeds.length > 0 ? { seeds, kind, events: options.events } : undefined;
  };
  const processes = Math.min(availableParallelism(), Math.ceil(count / batchSize));
  await Promise.all(Array.from({ length: processes }, () => workThrough(next, receive)));
  endProgress();
  const seconds = ((Date.now() - began) / 1000).toFixed(0);
  console.log(
    `${sums.seeds} seeds, ${sums.events} calls, ${sums.certificates} certificates, ` +
      `${sums.failures} failures, ${seconds} s`,
  );
  return sums.failures === 0 ? 0 : 1;
}

/** Runs one process until no seeds are left. Rejects if it exits earlier. */
function workThrough(
  next: () => Batch | undefined,
  receive: (result: SeedResult) => void,
): Promise<void> {
  const child: ChildProcess = fork(join(import.meta.dirname, 'seed-process.ts'));
  return new Promise((resolve, reject) => {
    const sendBatch = (): void => {
      const batch = next();
      if (batch === undefined) child.disconnect();
      else child.send(batch);
    };
    child.on('message', (message: SeedResult | 'done') => {
      if (message === 'done') sendBatch();
      else receive(message);
    });
    child.on('error', reject);
    child.on('exit', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`a process of the simulation exited with code ${code}`));
    });
    sendBatch();
  });
}

function printFailure(
  { seed, violation, lastEvents }: SeedResult,
  { keepGoing, kind }: SeedsOptions,
): void {
  endProgress();
  if (!keepGoing) console.log(`${lastEvents.join('\n')}\n`);
  console.log(`seed ${seed}: ${violation}`);
  const sentence = Object.entries(invariants).find(([id]) => violation?.startsWith(`${id}:`))?.[1];
  if (sentence !== undefined) console.log(`violated: ${sentence}`);
  if (keepGoing) return;
  const how = kind === 'intune' ? ' --intune' : '';
  console.log(`repeat it: npm run simulate -- --seeds 1 --from ${seed}${how}`);
}
