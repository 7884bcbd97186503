/** The table that the bench prints. */
import { type Figure, type Limit, type Reading, type Skipped, verdictOf } from './figure.ts';

/** A figure with what came of it. */
export interface Row {
  readonly number: number;
  readonly figure: Figure;
  readonly reading: Reading | Skipped;
}

const heading = ['', 'figure', 'ours', 'beside', 'ratio', 'bar', 'goal', 'verdict'];

/** The table, and below it the notes of every row. */
export function tableOf(rows: readonly Row[]): string {
  const lines = [heading, ...rows.map(cellsOf)];
  const widths = heading.map((_, column) =>
    Math.max(...lines.map((line) => line[column]?.length ?? 0)),
  );
  const aligned = lines.map((line) =>
    line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '),
  );
  const rule = widths.map((width) => '-'.repeat(width)).join('  ');
  const [first = '', ...others] = aligned.map((line) => line.trimEnd());
  return [first, rule, ...others, '', ...rows.flatMap(notesOf)].join('\n');
}

function cellsOf({ number, figure, reading }: Row): string[] {
  const limits = [figure.bar ? limitText(figure.bar, figure.unit) : 'reported'];
  limits.push(limitText(figure.goal, figure.unit));
  const measured =
    'skipped' in reading
      ? ['-', '-', '-']
      : [reading.ours, reading.theirs ?? '-', reading.ratio ?? '-'];
  return [String(number), figure.title, ...measured, ...limits, verdictOf(figure, reading)];
}

const limitText = (limit: Limit, unit: string): string =>
  'atMost' in limit ? `<= ${limit.atMost}${unit}` : `>= ${limit.atLeast}${unit}`;

function notesOf({ number, reading }: Row): string[] {
  const notes = 'skipped' in reading ? [`skipped: ${reading.skipped}`] : (reading.notes ?? []);
  return notes.map((note) => `${number}. ${note}`);
}
