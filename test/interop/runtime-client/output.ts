/**
 * Checks the output of a function under Lambda's runtime. It may contain only our own lines, and
 * the runtime's reports of error codes.
 */

/** Parses a log line; undefined for text that is not JSON. */
const parsed = (line: string): Readonly<Record<string, unknown>> | undefined => {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
};

/** Whether lambda/handlers/log-line.ts wrote a line. */
const isOurs = (line: Readonly<Record<string, unknown>>): boolean => typeof line.time === 'string';

/** Whether a line is the runtime's report of a handler's error and contains only its code. */
const isCodeAlone = ({ level, message }: Readonly<Record<string, unknown>>): boolean => {
  const { errorType, errorMessage, name, ...rest } = (message ?? {}) as Record<string, unknown>;
  const isCode = typeof errorMessage === 'string' && /^[A-Za-z]\w{1,59}$/.test(errorMessage);
  const hasMore = Object.keys(rest).length > 0;
  return level === 'ERROR' && isCode && name === errorMessage && errorType === 'Error' && !hasMore;
};

/** Signs of an SDK's error, a stack trace or a service's answer. */
const traces = /canary|\$metadata|originalError|node_modules|\.mjs:\d|\bat \S+ \(/;

/** Finds the lines that must not occur. */
export const strangeLines = (lines: readonly string[]): readonly string[] =>
  lines.filter((line) => {
    const fields = parsed(line);
    return !fields || traces.test(line) || !(isOurs(fields) || isCodeAlone(fields));
  });

/** Finds the codes in our own lines about failed handlers. */
export const failedCodes = (lines: readonly string[]): readonly unknown[] =>
  lines.flatMap((line) => {
    const { outcome, code } = parsed(line) ?? {};
    return outcome === 'failed' ? [code] : [];
  });
