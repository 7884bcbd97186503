/** A process of run-seeds.ts. It runs the seeds that it receives. */
import type { Batch } from './run-seeds.ts';
import { runSeed } from './seed.ts';

process.on('message', async ({ seeds, kind, events }: Batch) => {
  for (const seed of seeds) {
    const { lastEvents, ...result } = await runSeed(seed, { kind });
    const kept = result.violation === undefined ? [] : lastEvents.slice(-events);
    process.send?.({ ...result, lastEvents: kept });
  }
  process.send?.('done');
});
process.on('disconnect', () => process.exit(0));
