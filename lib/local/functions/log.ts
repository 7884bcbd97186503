/** A function's log file: what its workers write, appended; to the console as well on request. */
import { createWriteStream } from 'node:fs';
import type { Readable } from 'node:stream';

/** Follows the output streams of a function's workers. */
export interface FunctionLog {
  readonly follow: (stream: Readable) => void;
  readonly write: (line: string) => void;
  readonly close: () => Promise<void>;
}

/**
 * Opens the log at `path` for appending. `label` prefixes each line on the console, which gets them
 * if `isVerbose`.
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
