/** Progress output: one line that is rewritten on a terminal, and an occasional line elsewhere. */
const everyMilliseconds = 15_000;

let printedAt = Date.now();

/** Shows the progress of a run. */
export function showProgress(text: string): void {
  if (process.stderr.isTTY) {
    process.stderr.write(`\r\x1b[K${text}`);
    return;
  }
  if (Date.now() - printedAt < everyMilliseconds) return;
  printedAt = Date.now();
  console.error(text);
}

/** Clears the line on the terminal. */
export function endProgress(): void {
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
}
