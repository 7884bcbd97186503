/** Formats tables with aligned columns, whose cells cannot control the terminal. */

/**
 * Replaces control, format and unassigned characters by U+FFFD, because devices wrote some of the
 * texts.
 */
export const escapeForTerminal = (text: string): string =>
  text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '\u{FFFD}');

const maxCellCharacters = 64;

/** Formats rows below a heading. Two spaces separate columns, and long cells are cut. */
export function formatTable(
  heading: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const cells = [heading, ...rows].map((row) => row.map(toCell));
  const widths = heading.map((_, column) =>
    Math.max(...cells.map((row) => [...(row[column] ?? '')].length)),
  );
  return cells
    .map((row) =>
      row
        .map((cell, column) => pad(cell, widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function toCell(text: string): string {
  const characters = [...escapeForTerminal(text)];
  if (characters.length <= maxCellCharacters) return characters.join('');
  return `${characters.slice(0, maxCellCharacters - 1).join('')}…`;
}

const pad = (cell: string, width: number): string =>
  `${cell}${' '.repeat(Math.max(0, width - [...cell].length))}`;
