/**
 * `npm run bench`: the figures of this project. Each is measured in the same run as the value it is
 * compared with. The exit code is 1 if a bar is missed.
 */

import { claims } from './claims/figure.ts';
import { coldStart } from './cold-start/figure.ts';
import { cost } from './cost/figure.ts';
import { engine } from './engine/figure.ts';
import { type Figure, judgeRow, type Row, readRows } from './figure.ts';
import { describeUsage, readFlags } from './flags.ts';
import { functionsCpu } from './functions-cpu/figure.ts';
import { npmStart } from './npm-start/figure.ts';
import { createStderrProgress as progress } from './progress.ts';
import { purePath } from './pure-path/figure.ts';
import { awsCalls } from './runner/aws-calls.ts';
import { timeToSuccess } from './runner/time-to-success.ts';
import { storm } from './storm/figure.ts';
import { strangers } from './strangers/figure.ts';
import { formatJson, formatTable } from './table.ts';
import { openWorkspace } from './workspace.ts';

const figures: readonly Figure[] = [
  purePath,
  coldStart,
  awsCalls,
  functionsCpu,
  timeToSuccess,
  npmStart,
  engine,
  claims,
  storm,
  cost,
  strangers,
];

async function main(): Promise<void> {
  const { only, isQuick, isJson, isHelp } = readFlags(process.argv.slice(2), figures);
  if (isHelp) return console.log(describeUsage(figures));
  const bench = { workspace: openWorkspace(progress), progress, isQuick };
  const rows: Row[] = [];
  const notes = new Map<string, readonly string[]>();
  for (const figure of figures.filter(({ name }) => only.length === 0 || only.includes(name))) {
    process.stderr.write(`${figure.name}\n`);
    const measured = await figure.measure(bench);
    rows.push(...readRows(figure, measured));
    if ('notes' in measured) notes.set(figure.name, measured.notes);
  }
  console.log(isJson ? formatJson(rows) : `\n${formatTable(rows, notes)}`);
  process.exit(rows.some((row) => judgeRow(row) === 'bar missed') ? 1 : 0);
}

try {
  await main();
} catch (error) {
  console.error(process.env.DEBUG ? error : (error as Error).message);
  process.exit(1);
}
