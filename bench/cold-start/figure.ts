/** Figure 2: the cold start of the scep function, beside what its AWS clients alone would take. */
import { fork } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { functionEnvironment } from '../deployed-bundles.ts';
import type { Figure } from '../figure.ts';
import { inTurn, median, ratioText, spreadNote } from '../measure.ts';
import { bundles } from './bundles.ts';
import type { ColdStart } from './import-to-ready.ts';

const longestMilliseconds = 20_000;

/** From the bundle's import to the first GetCACaps answered, in a fresh process each. */
export const coldStart: Figure = {
  title: 'cold start of the scep function',
  bar: { atMost: 1.4 },
  goal: { atMost: 1 },
  unit: 'x',
  measure: async ({ workspace, progress, isQuick }) => {
    const rounds = isQuick ? 5 : 21;
    const { scep, awsClients } = await bundles(workspace);
    const ours: ColdStart[] = [];
    const theirs: ColdStart[] = [];
    const sides = {
      ours: async () => keep(ours, await coldStartOf(scep)),
      theirs: async () => keep(theirs, await coldStartOf(awsClients)),
    };
    await inTurn(1, sides, () => {});
    for (const starts of [ours, theirs]) starts.splice(0);
    const measured = await progress('starting processes', (at) => inTurn(rounds, sides, at));
    return {
      ours: `${measured.ours.toFixed(0)} ms`,
      theirs: `${measured.theirs.toFixed(0)} ms AWS clients alone`,
      value: measured.ratio,
      ratio: ratioText(measured),
      notes: [
        `Import of the deployed bundle (${megabytes(scep)}) until GetCACaps is answered, against a bundle (${megabytes(awsClients)}) of its DynamoDB, Secrets Manager and Step Functions clients, constructed. Node's own start is in neither.`,
        `Medians of the import alone: ${medianOf(ours, 'imported')} and ${medianOf(theirs, 'imported')}; of CPU time: ${medianOf(ours, 'cpu')} and ${medianOf(theirs, 'cpu')}.`,
        spreadNote(measured, rounds),
      ],
    };
  },
};

const keep = (starts: ColdStart[], one: ColdStart): number => {
  starts.push(one);
  return one.answered;
};

const medianOf = (starts: readonly ColdStart[], part: keyof ColdStart): string =>
  `${median(starts.map((start) => start[part])).toFixed(0)} ms`;

const megabytes = (file: string): string => `${(statSync(file).size / 1e6).toFixed(2)} MB`;

/** In a process of its own, without a compile cache and without what this shell has of AWS. */
const coldStartOf = (bundle: string): Promise<ColdStart> =>
  new Promise((resolve, reject) => {
    const child = fork(join(import.meta.dirname, 'import-to-ready.ts'), [bundle], {
      env: { ...functionEnvironment, PATH: process.env.PATH },
      execArgv: [],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      timeout: longestMilliseconds,
    });
    child.once('message', (measured) => resolve(measured as ColdStart));
    child.once('exit', (code) => reject(new Error(`${bundle} did not start (exit code ${code})`)));
  });
