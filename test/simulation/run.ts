#!/usr/bin/env node
/**
 * The simulation: `npm run simulate -- --seeds N [--from S] [--intune]`, `--storm`, `--claims`.
 * Exit code 1 where something does not hold.
 */
import { parseArgs } from 'node:util';
import { reportClaims } from './run-claims.ts';
import { runSeeds } from './run-seeds.ts';
import { reportStorms } from './run-storm.ts';

const options = {
  seeds: { type: 'string', default: '1000' },
  from: { type: 'string', default: '0' },
  /** A connector of Intune's. */
  intune: { type: 'boolean', default: false },
  /** How many of the last events to print after a failure. */
  events: { type: 'string', default: '60' },
  /** Goes on after a failure, and counts. */
  'keep-going': { type: 'boolean', default: false },
  storm: { type: 'boolean', default: false },
  devices: { type: 'string', default: '10000' },
  /** Functions at once in the account. */
  pool: { type: 'string', default: '1000' },
  /** Claims on one limited challenge, and its revocation in so many seeds. */
  claims: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

const usage = `npm run simulate -- --seeds N [--from S] [--intune] [--events N] [--keep-going]
npm run simulate -- --storm [--devices N] [--intune] [--pool N]
npm run simulate -- --claims [--seeds N]
`;

/** A whole number of a flag; ends the process with one line for anything else. */
function wholeNumber(flag: string, text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 0) return number;
  console.error(`--${flag}: give a whole number, not "${text}".`);
  process.exit(2);
}

try {
  const { values } = parseArgs({ options });
  const seeds = wholeNumber('seeds', values.seeds);
  const kind = values.intune ? 'intune' : 'general';
  const from = wholeNumber('from', values.from);
  const events = wholeNumber('events', values.events);
  if (values.help) process.stdout.write(usage);
  else if (values.storm) {
    const devices = wholeNumber('devices', values.devices);
    process.exitCode = await reportStorms(devices, kind, wholeNumber('pool', values.pool));
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
