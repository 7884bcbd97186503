/**
 * `npm run bench`: the figures of this project, each measured beside what it is compared with, in the same run. Exit
 * code 1 if a bar is missed.
 */
import { parseArgs } from 'node:util';
import { awsCalls } from './aws-calls.ts';
import { coldStart } from './cold-start/figure.ts';
import { type Figure, verdictOf } from './figure.ts';
import { functionsCpu } from './functions-cpu/figure.ts';
import { stderrProgress as progress } from './progress.ts';
import { purePath } from './pure-path/figure.ts';
import { type Row, tableOf } from './table.ts';
import { throughput } from './throughput/figure.ts';
import { openWorkspace } from './workspace.ts';

const figures: readonly Figure[] = [purePath, coldStart, awsCalls, functionsCpu, throughput];

const usage = `npm run bench [-- FLAGS]

  --only NUMBER   one row of the table, 1 to ${figures.length}
  --quick         fewer rounds: to see that it works, not to quote`;

const main = async (): Promise<void> => {
  const { only, quick: isQuick, help } = readFlags();
  if (help) return console.log(usage);
  const bench = { workspace: openWorkspace(progress), progress, isQuick };
  const rows: Row[] = [];
  for (const [at, figure] of figures.entries()) {
    const number = at + 1;
    if (only !== undefined && only !== number) continue;
    const label = `${number} of ${figures.length}, ${figure.title}`;
    process.stderr.write(`${label}\n`);
    rows.push({ number, figure, reading: await figure.measure(bench) });
  }
  console.log(`\n${tableOf(rows)}`);
  const missed = rows.some(({ figure, reading }) => verdictOf(figure, reading) === 'bar missed');
  process.exit(missed ? 1 : 0);
};

const readFlags = () => {
  const { values } = parseArgs({
    options: {
      only: { type: 'string' },
      quick: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const only = values.only === undefined ? undefined : Number(values.only);
  if (only !== undefined && !figures[only - 1])
    throw new Error(`--only ${values.only}\n\n${usage}`);
  return { ...values, only };
};

try {
  await main();
} catch (error) {
  console.error(process.env.DEBUG ? error : (error as Error).message);
  process.exit(1);
}
