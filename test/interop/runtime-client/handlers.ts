/** The handlers that exist, and which of them a bundle was made of. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { toPascalCase } from '../../../lib/cloud/pascal-case.ts';
import { projectDirectory } from '../command.ts';

const folder = join(projectDirectory, 'lambda/handlers');

/** The files in lambda/handlers that are functions: the others are parts of them. */
export const handlers: readonly string[] = readdirSync(folder)
  .filter((file) => /^export const handler\b/m.test(readFileSync(join(folder, file), 'utf8')))
  .map((file) => file.replace(/\.ts$/, ''));

/**
 * A function is named after its handler, in the last construct before its own
 * (lib/cloud/handler-function.ts).
 */
export function handlerOf(functionArn: string): string {
  // The panel has a name of its own, with hyphens.
  const named = handlers.filter((handler) =>
    new RegExp(`${toPascalCase(handler)}Function|-${toPascalCase(handler)}-`).test(functionArn),
  );
  return named.toSorted((one, other) => other.length - one.length)[0] ?? functionArn;
}
