import { type ParseArgsConfig, parseArgs } from 'node:util';
import { ScepClientError } from './errors.ts';

/** Parses a command line without positional arguments; throws `badArgument` for any other. */
export function parseOptions<const Options extends NonNullable<ParseArgsConfig['options']>>(
  argv: readonly string[],
  options: Options,
) {
  try {
    return parseArgs({ args: [...argv], options, strict: true }).values;
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : 'The arguments cannot be read.';
    throw new ScepClientError('badArgument', why, { cause });
  }
}
