/** Prints the results in two forms: a table for people, and JSON for programs. */
import { formatLimit, judgeRow, type Row } from './figure.ts';

const heading = ['figure', 'row', 'value', 'ours', 'beside', 'bar', 'goal', 'verdict'];

/** Formats the table, with each figure's notes below it. */
export function formatTable(
  rows: readonly Row[],
  notes: ReadonlyMap<string, readonly string[]>,
): string {
  const lines = [heading, ...rows.map(formatCells)];
  const widths = heading.map((_, column) =>
    Math.max(...lines.map((line) => line[column]?.length ?? 0)),
  );
  const aligned = lines.map((line) =>
    line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '),
  );
  const rule = widths.map((width) => '-'.repeat(width)).join('  ');
  const [first = '', ...others] = aligned.map((line) => line.trimEnd());
  return [first, rule, ...others, '', ...listSkips(rows), ...[...notes].flatMap(formatNotes)].join(
    '\n',
  );
}

/** A row as `--json` prints it; `value` is null for a skipped row. */
interface JsonRow {
  readonly title: string;
  readonly value: number | null;
  readonly bar: string | null;
  readonly goal: string | null;
  readonly verdict: string;
}

/** Formats the rows as JSON. */
export const formatJson = (rows: readonly Row[]): string =>
  JSON.stringify(rows.map(toJsonRow), undefined, 2);

function toJsonRow(row: Row): JsonRow {
  const { title, bar, goal, unit } = row.definition;
  return {
    title,
    value: 'skipped' in row.reading ? null : round(row, row.reading.value),
    bar: bar ? formatLimit(bar, unit) : null,
    goal: goal ? formatLimit(goal, unit) : null,
    verdict: judgeRow(row),
  };
}

const round = ({ definition: { digits = 2 } }: Row, value: number): number =>
  Number(value.toFixed(digits));

function formatCells(row: Row): string[] {
  const { definition, reading, figure } = row;
  const { title, bar, goal, unit } = definition;
  const value = 'skipped' in reading ? '-' : `${round(row, reading.value)}${unit}`;
  const sides = 'skipped' in reading ? ['-', '-'] : [reading.ours ?? '-', reading.theirs ?? '-'];
  const limits = [bar, goal].map((limit) => (limit ? formatLimit(limit, unit) : '-'));
  return [figure, title, value, ...sides, ...limits, judgeRow(row)];
}

const listSkips = (rows: readonly Row[]): string[] =>
  rows.flatMap(({ figure, reading }) =>
    'skipped' in reading ? [`${figure}: skipped: ${reading.skipped}`] : [],
  );

const formatNotes = ([figure, notes]: readonly [string, readonly string[]]): string[] =>
  notes.map((note) => `${figure}: ${note}`);
