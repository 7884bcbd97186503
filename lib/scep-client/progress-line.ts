import type { Progress } from './retry.ts';

/** The part of stderr that a progress line needs. */
export interface Terminal {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** Where progress goes. `end()` before anything else is printed. */
export interface ProgressLine {
  show(progress: Progress): void;
  end(): void;
}

// A log file wants a sign of life, not a line every two seconds.
const quietSeconds = 15;

/**
 * One line that is written anew on a terminal; elsewhere a line when something changes, or every 15
 * s.
 */
export function createProgressLine(terminal: Terminal): ProgressLine {
  let lineOpen = false;
  let last: { kind: Progress['kind']; elapsedSeconds: number } | undefined;

  const end = () => {
    if (lineOpen) terminal.write('\n');
    lineOpen = false;
  };
  const show = (progress: Progress) => {
    if (progress.kind === 'ca') {
      end();
      terminal.write(`${describe(progress)}\n`);
      return;
    }
    if (terminal.isTTY) {
      terminal.write(`\r\x1b[K${describe(progress)}`);
      lineOpen = true;
      return;
    }
    const { kind, elapsedSeconds } = progress;
    if (last?.kind === kind && elapsedSeconds - last.elapsedSeconds < quietSeconds) return;
    last = { kind, elapsedSeconds };
    terminal.write(`${describe(progress)}\n`);
  };
  return { show, end };
}

function describe(progress: Progress): string {
  if (progress.kind === 'ca') {
    const { fingerprint, pinned } = progress;
    if (pinned) return `CA ${fingerprint} (as expected)`;
    return `CA ${fingerprint}: compare this SHA-256 with the operator's (or pass --ca-fingerprint)`;
  }
  const elapsed = Math.round(progress.elapsedSeconds);
  const again = Math.ceil(progress.againInSeconds);
  const what = progress.kind === 'pending' ? 'pending' : 'server unavailable';
  return `${what}, ${elapsed} s, asking again in ${again} s`;
}
