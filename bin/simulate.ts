#!/usr/bin/env node
/** The simulation: `npm run simulate -- --seeds N [--from S]`, and `--storm`. Exit code 1 where an invariant fails. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { runSeed } from '../test/simulation/seed.ts';
import { certificatesPerSecond, runStorm, type Sample } from '../test/simulation/storm.ts';
import { stormPicture } from '../test/simulation/storm-picture.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1000' },
    from: { type: 'string', default: '0' },
    storm: { type: 'boolean', default: false },
    /** A connector of Intune's. */
    intune: { type: 'boolean', default: false },
    /** How many of the last events to print after a failure. */
    events: { type: 'string', default: '60' },
    devices: { type: 'string', default: '10000' },
    // To try another connector than the one that is deployed: then no picture is drawn.
    'scep-at-once': { type: 'string' },
    'wait-seconds': { type: 'string' },
    /** Goes on after a failure, and counts. */
    'keep-going': { type: 'boolean', default: false },
  },
});

const kind = values.intune ? 'intune' : 'general';

process.exitCode = values.storm ? await storm() : await seeds();

async function seeds(): Promise<0 | 1> {
  const [from, count] = [Number(values.from), Number(values.seeds)];
  const sums = { certificates: 0, events: 0, failures: 0 };
  const began = Date.now();
  for (let seed = from; seed < from + count; seed += 1) {
    const result = await runSeed(seed, { kind });
    sums.certificates += result.certificates;
    sums.events += result.events;
    if (result.violation !== undefined) {
      sums.failures += 1;
      if (values['keep-going']) console.log(`seed ${seed}: ${result.violation}`);
      else {
        console.log(
          [
            ...result.lastEvents.slice(-Number(values.events)),
            '',
            `seed ${seed}: ${result.violation}`,
          ].join('\n'),
        );
        const how = values.intune ? ' --intune' : '';
        console.log(`repeat it: npm run simulate -- --seeds 1 --from ${seed}${how}`);
        return 1;
      }
    }
    if (seed % 20 === 0) {
      tell(`seed ${seed}: ${seed - from + 1} of ${count}, ${sums.certificates} certificates`);
      await setImmediate(); // so that Ctrl-C is heard
    }
  }
  tell('');
  const seconds = ((Date.now() - began) / 1000).toFixed(0);
  console.log(
    `${count} seeds, ${sums.events} calls, ${sums.certificates} certificates, ` +
      `${sums.failures} failures, ${seconds} s`,
  );
  return sums.failures === 0 ? 0 : 1;
}

async function storm(): Promise<0 | 1> {
  const devices = Number(values.devices);
  const [atOnce, wait] = [values['scep-at-once'], values['wait-seconds']];
  const options = {
    ...(atOnce !== undefined && { scepAtOnce: Number(atOnce) }),
    ...(wait !== undefined && { waitSeconds: Number(wait) }),
    ...(kind === 'intune' && ({ kind } as const)),
  };
  const told = ({ second, issued, delivered, busy }: Sample): void => {
    if (second % 5 === 0)
      tell(`${second} s: ${issued} made, ${delivered} delivered, ${busy.scep + busy.tasks} busy`);
  };
  const result = await runStorm(devices, told, options);
  tell('');
  const ideal = devices / certificatesPerSecond;
  const picture = join(import.meta.dirname, '../docs/storm.svg');
  if (devices === 10_000 && Object.keys(options).length === 0)
    writeFileSync(picture, stormPicture(result));
  const { issuedAfterSeconds, deliveredAfterSeconds } = result;
  const times = (seconds: number) => `${seconds.toFixed(1)} s, ${(seconds / ideal).toFixed(3)}x`;
  console.log(`${result.certificates} certificates for ${devices} devices`);
  console.log(`${result.duplicates} duplicates, ${result.losses} losses`);
  console.log(`made after ${times(issuedAfterSeconds)} of ${ideal} s`);
  console.log(`delivered after ${times(deliveredAfterSeconds)}`);
  console.log(`${result.mostBusy} functions at once at most, ${result.requests} requests`);
  if (result.violation !== undefined) console.log(result.violation);
  const good = result.losses === 0 && result.duplicates === 0 && result.violation === undefined;
  return good && issuedAfterSeconds <= 1.1 * ideal ? 0 : 1;
}

/** One line that rewrites itself on a terminal, and nothing elsewhere. */
function tell(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
}
