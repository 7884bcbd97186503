/**
 * Tables for people: columns aligned, and nothing in a cell that could write anywhere else on a
 * terminal.
 */

/**
 * A stranger wrote some of it: control, format and unassigned characters are shown as a sign that
 * something was there.
 */
export const escapeForTerminal = (text: string): string =>
  text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '\u{FFFD}');

const maxCellCharacters = 64;

/** Rows under a heading, two spaces between columns; over-long cells are cut. */
export function formatTable(
  heading: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const cells = [heading, ...rows].map((row) => row.map(cellOf));
  const widths = heading.map((_, column) =>
    Math.max(...cells.map((row) => [...(row[column] ?? '')].length)),
  );
  return cells
    .map((row) =>
      row
        .map((cell, column) => padded(cell, widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function cellOf(text: string): string {
  const characters = [...escapeForTerminal(text)];
  if (characters.length <= maxCellCharacters) return characters.join('');
  return `${characters.slice(0, maxCellCharacters - 1).join('')}…`;
}

const padded = (cell: string, width: number): string =>
  `${cell}${' '.repeat(Math.max(0, width - [...cell].length))}`;
