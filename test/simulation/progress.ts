/** Progress: one line that rewrites itself on a terminal, and a line now and then elsewhere. */
const everyMilliseconds = 15_000;

let printedAt = Date.now();

/** Shows how far a run is. */
export function showProgress(text: string): void {
  if (process.stderr.isTTY) {
    process.stderr.write(`\r\x1b[K${text}`);
    return;
  }
  if (Date.now() - printedAt < everyMilliseconds) return;
  printedAt = Date.now();
  console.error(text);
}

/** Ends the line that rewrites itself. */
export function endProgress(): void {
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
}
