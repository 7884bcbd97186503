/** Tells on stderr what takes long; stdout is the table's. */

/** Runs a step under a label. The step may tell how far it has come. */
export type Progress = <Result>(label: string, step: Step<Result>) => Promise<Result>;

type Step<Result> = (at: (done: number, of: number) => void) => Promise<Result>;

/** A line at the start, at most one every two seconds, and one at the end. */
export const stderrProgress: Progress = async (label, step) => {
  const start = performance.now();
  let toldAt = start;
  const tell = (what: string): void => {
    toldAt = performance.now();
    process.stderr.write(`${label}: ${what}\n`);
  };
  tell('...');
  try {
    return await step((done, of) => {
      if (performance.now() - toldAt > 2000) tell(`${done} of ${of}`);
    });
  } finally {
    tell(`${((performance.now() - start) / 1000).toFixed(1)} s`);
  }
};
