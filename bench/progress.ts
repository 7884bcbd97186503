/** Reports long steps on stderr; stdout is for the table. */

/** Runs a step under a label. The step can report its progress. */
export type Progress = <Result>(label: string, step: Step<Result>) => Promise<Result>;

type Step<Result> = (at: (done: number, of: number) => void) => Promise<Result>;

/** Prints a line at the start, at most one every two seconds, and one at the end. */
export const createStderrProgress: Progress = async (label, step) => {
  const start = performance.now();
  let reportedAt = start;
  const report = (text: string): void => {
    reportedAt = performance.now();
    process.stderr.write(`${label}: ${text}\n`);
  };
  report('...');
  try {
    return await step((done, of) => {
      if (performance.now() - reportedAt > 2000) report(`${done} of ${of}`);
    });
  } finally {
    report(`${((performance.now() - start) / 1000).toFixed(1)} s`);
  }
};
