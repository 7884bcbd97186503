/** The storm as `npm run simulate -- --storm` prints it: 10,000 devices at once. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Bench, Figure, Reading, Skipped } from '../figure.ts';
import { projectDirectory } from '../workspace.ts';

const limits = { bar: { atLeast: 95 }, goal: { atLeast: 98 }, unit: ' %', digits: 1 };

export const storm: Figure = {
  name: 'storm',
  rows: [
    {
      title: 'storm of 10,000 devices: the share of time that the CA is busy until all are served',
      ...limits,
    },
    { title: 'the same on one limited challenge', ...limits },
  ],
  measure: async ({ progress }: Bench) => {
    const printed = await progress('npm run simulate -- --storm', simulateStorm);
    const shares = [...printed.matchAll(/the CA (?:is|was) busy (\d+(?:\.\d+)?) ?%/g)].map(
      ([, share]) => Number(share),
    );
    return {
      readings: [toReading(shares[0]), toReading(shares[1])],
      notes: printed.split('\n').filter(Boolean),
    };
  },
};

const toReading = (value: number | undefined): Reading | Skipped =>
  value === undefined
    ? { skipped: 'npm run simulate -- --storm did not print how long the CA was busy' }
    : { value };

async function simulateStorm(): Promise<string> {
  const simulation = spawn(process.execPath, ['bin/simulate.ts', '--storm'], {
    cwd: projectDirectory,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const chunks: Buffer[] = [];
  simulation.stdout.on('data', (chunk: Buffer) => void chunks.push(chunk));
  await once(simulation, 'close');
  return Buffer.concat(chunks).toString();
}
