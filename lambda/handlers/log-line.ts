/**
 * Writes one line of JSON, past the console: Lambda's wraps what it is given into a string inside its own JSON, and metric
 * filters could not look into it. Nothing secret may come here: codes, ids and names of the outcome only.
 */
export const logLine = (fields: Readonly<Record<string, unknown>>): void => {
  process.stdout.write(`${JSON.stringify({ time: new Date().toISOString(), ...fields })}\n`);
};
