/**
 * What a function may print under Lambda's runtime: our own lines, and the runtime's report of an
 * error by its code.
 */

/** A line of the log; undefined for text that is not JSON. */
const parsed = (line: string): Readonly<Record<string, unknown>> | undefined => {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
};

/** Written by lambda/handlers/log-line.ts. */
const isOurs = (line: Readonly<Record<string, unknown>>): boolean => typeof line.time === 'string';

/**
 * Written by the runtime for an error that a handler threw: harmless where it holds a code and
 * nothing else.
 */
const isCodeAlone = ({ level, message }: Readonly<Record<string, unknown>>): boolean => {
  const { errorType, errorMessage, name, ...rest } = (message ?? {}) as Record<string, unknown>;
  const isCode = typeof errorMessage === 'string' && /^[A-Za-z]\w{1,59}$/.test(errorMessage);
  const hasMore = Object.keys(rest).length > 0;
  return level === 'ERROR' && isCode && name === errorMessage && errorType === 'Error' && !hasMore;
};

/** Signs of an SDK's error, a stack or what a service answered, wherever they are in a line. */
const traces = /canary|\$metadata|originalError|node_modules|\.mjs:\d|\bat \S+ \(/;

/** The lines that may not be there. */
export const strangeLines = (lines: readonly string[]): readonly string[] =>
  lines.filter((line) => {
    const fields = parsed(line);
    return !fields || traces.test(line) || !(isOurs(fields) || isCodeAlone(fields));
  });

/** The codes of our own lines that say that a handler failed. */
export const failedCodes = (lines: readonly string[]): readonly unknown[] =>
  lines.flatMap((line) => {
    const { outcome, code } = parsed(line) ?? {};
    return outcome === 'failed' ? [code] : [];
  });
