/** Reports long steps. */

/** Runs a step under a label for the user. */
export type Progress = <T>(label: string, step: () => Promise<T>) => Promise<T>;

/** Reports nothing. */
export const reportNothing: Progress = (_label, step) => step();

// A step that takes less time needs no line.
const minReportedMilliseconds = 400;

/**
 * Writes `label ... 4.1 s`. The label appears when the step takes noticeable time, and the rest
 * when it ends.
 */
export const reportToConsole: Progress = async (label, step) => {
  const start = performance.now();
  let isShown = false;
  const timer = setTimeout(() => {
    isShown = true;
    process.stdout.write(`${label} ... `);
  }, minReportedMilliseconds);
  const end = (word: string): void => {
    clearTimeout(timer);
    if (isShown)
      process.stdout.write(`${word}${((performance.now() - start) / 1000).toFixed(1)} s\n`);
  };
  try {
    const result = await step();
    end('');
    return result;
  } catch (error) {
    end('failed after ');
    throw error;
  }
};
