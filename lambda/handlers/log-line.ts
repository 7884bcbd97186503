/**
 * Writes one line of JSON to stdout. Lambda's `console` would wrap it into a string inside its own
 * JSON, which metric filters cannot read. The fields are codes, ids and outcomes, never a secret.
 */
export const logLine = (fields: Readonly<Record<string, unknown>>): void => {
  process.stdout.write(`${JSON.stringify({ time: new Date().toISOString(), ...fields })}\n`);
};
