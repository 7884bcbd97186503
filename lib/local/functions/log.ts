/**
 * A function's log file, which collects its workers' output; on request it also goes to the
 * console.
 */
import { createWriteStream } from 'node:fs';
import type { Readable } from 'node:stream';

/** Collects the output streams of a function's workers. */
export interface FunctionLog {
  readonly follow: (stream: Readable) => void;
  readonly write: (line: string) => void;
  readonly close: () => Promise<void>;
}

/**
 * Opens the log at `path` for appending. If `isVerbose`, each line also goes to the console,
 * prefixed with `label`.
 */
export const openFunctionLog = (path: string, label: string, isVerbose: boolean): FunctionLog => {
  const file = createWriteStream(path, { flags: 'a', mode: 0o600 });
  const write = (line: string): void => {
    if (file.writable) file.write(`${line}\n`);
    if (isVerbose) console.log(`[${label}] ${line}`);
  };
  return {
    write,
    follow: (stream) => {
      let rest = '';
      stream.setEncoding('utf8');
      stream.on('data', (text: string) => {
        const lines = (rest + text).split('\n');
        rest = lines.pop() ?? '';
        lines.forEach(write);
      });
      stream.on('end', () => {
        if (rest) write(rest);
      });
    },
    close: () => new Promise((done) => void file.end(done)),
  };
};
