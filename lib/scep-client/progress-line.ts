/** Prints the progress of an enrolment to a terminal or a log. */
import type { Progress } from './retry.ts';

/** The part of stderr that a progress line uses. */
export interface Terminal {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** A progress line. Call `end()` before any other output. */
export interface ProgressLine {
  show(progress: Progress): void;
  end(): void;
}

/** A log gets at most one line in this time, unless the state changes. */
const minLogSeconds = 15;

/** Creates a line that is rewritten on a terminal. A log gets a line per change, or every 15 s. */
export function createProgressLine(terminal: Terminal): ProgressLine {
  let isLineOpen = false;
  let last: { kind: Progress['kind']; elapsedSeconds: number } | undefined;

  const end = () => {
    if (isLineOpen) terminal.write('\n');
    isLineOpen = false;
  };
  const show = (progress: Progress) => {
    if (progress.kind === 'ca') {
      end();
      terminal.write(`${describe(progress)}\n`);
      return;
    }
    if (terminal.isTTY) {
      terminal.write(`\r\x1b[K${describe(progress)}`);
      isLineOpen = true;
      return;
    }
    const { kind, elapsedSeconds } = progress;
    if (last?.kind === kind && elapsedSeconds - last.elapsedSeconds < minLogSeconds) return;
    last = { kind, elapsedSeconds };
    terminal.write(`${describe(progress)}\n`);
  };
  return { show, end };
}

function describe(progress: Progress): string {
  if (progress.kind === 'ca') {
    const { fingerprint, pinned } = progress;
    if (pinned) return `CA ${fingerprint} (as expected)`;
    return `CA ${fingerprint} (compare this SHA-256 with the operator's, or pass --ca-fingerprint)`;
  }
  const elapsed = Math.round(progress.elapsedSeconds);
  const wait = Math.ceil(progress.waitSeconds);
  const state = progress.kind === 'pending' ? 'pending' : 'server unavailable';
  return `${state} after ${elapsed} s, next try in ${wait} s`;
}
