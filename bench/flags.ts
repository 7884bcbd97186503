/** The command line of `npm run bench`. */
import { parseArgs } from 'node:util';
import type { Figure } from './figure.ts';

/** The flags of `npm run bench`; an empty `only` selects every figure. */
export interface Flags {
  readonly only: readonly string[];
  readonly isQuick: boolean;
  readonly isJson: boolean;
  readonly isHelp: boolean;
}

/** The usage text. */
export const describeUsage = (figures: readonly Figure[]): string => `npm run bench [-- FLAGS]

  --only NAME   one figure (repeatable): ${figures.map(({ name }) => name).join(', ')}
  --json        print only an array of {title, value, bar, goal, verdict} on stdout
  --quick       fewer rounds, to check that the bench works; do not quote the results`;

/** Reads the flags; throws with the usage for an unknown flag or figure. */
export function readFlags(args: readonly string[], figures: readonly Figure[]): Flags {
  try {
    const { only = [], quick = false, json = false, help = false } = parse(args);
    const unknown = only.find((name) => !figures.some((figure) => figure.name === name));
    if (unknown !== undefined) throw new Error(`There is no figure "${unknown}".`);
    return { only, isQuick: quick, isJson: json, isHelp: help };
  } catch (error) {
    throw new Error(`${(error as Error).message}\n\n${describeUsage(figures)}`);
  }
}

const parse = (args: readonly string[]) =>
  parseArgs({
    args: [...args],
    options: {
      only: { type: 'string', multiple: true },
      quick: { type: 'boolean' },
      json: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  }).values;
