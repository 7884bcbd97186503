#!/usr/bin/env node
/**
 * The simulation: `npm run simulate -- --seeds N [--from S] [--intune]`, `--storm` or `--claims`.
 * Exit code 1 if an invariant is violated or a measurement misses its bar.
 */
import { parseArgs } from 'node:util';
import { reportClaims } from './run-claims.ts';
import { runSeeds } from './run-seeds.ts';
import { reportStorms } from './run-storm.ts';

const options = {
  seeds: { type: 'string', default: '1000' },
  from: { type: 'string', default: '0' },
  /** Runs an Intune connector. */
  intune: { type: 'boolean', default: false },
  /** How many of the last events to print after a failure. */
  events: { type: 'string', default: '60' },
  /** Continues after a failure and counts the failures. */
  'keep-going': { type: 'boolean', default: false },
  storm: { type: 'boolean', default: false },
  devices: { type: 'string', default: '10000' },
  /** The number of functions that run at once in the account. */
  pool: { type: 'string', default: '1000' },
  /** Measures claims on one limited challenge, and its revocation in each seed. */
  claims: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

const usage = `npm run simulate -- --seeds N [--from S] [--intune] [--events N] [--keep-going]
npm run simulate -- --storm [--devices N] [--intune] [--pool N]
npm run simulate -- --claims [--seeds N]
`;

/** Parses the whole number of a flag. Ends the process with one line for anything else. */
function parseWholeNumber(flag: string, text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 0) return number;
  console.error(`--${flag}: give a whole number, not "${text}".`);
  process.exit(2);
}

try {
  const { values } = parseArgs({ options });
  const seeds = parseWholeNumber('seeds', values.seeds);
  const kind = values.intune ? 'intune' : 'general';
  const from = parseWholeNumber('from', values.from);
  const events = parseWholeNumber('events', values.events);
  if (values.help) process.stdout.write(usage);
  else if (values.storm) {
    const devices = parseWholeNumber('devices', values.devices);
    process.exitCode = await reportStorms(devices, kind, parseWholeNumber('pool', values.pool));
  } else if (values.claims) process.exitCode = await reportClaims(seeds);
  else
    process.exitCode = await runSeeds({
      ...{ from, count: seeds, kind, events },
      keepGoing: values['keep-going'],
    });
} catch (error) {
  if (!(error instanceof TypeError) || !('code' in error)) throw error;
  console.error(`${error.message}\n${usage}`);
  process.exitCode = 2;
}
