/** The handlers, and the handler of each bundle. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { toPascalCase } from '../../../lib/cloud/pascal-case.ts';
import { projectDirectory } from '../command.ts';

const folder = join(projectDirectory, 'lambda/handlers');

/** The files in lambda/handlers that are functions. Other files there are parts of functions. */
export const handlers: readonly string[] = readdirSync(folder)
  .filter((file) => /^export const handler\b/m.test(readFileSync(join(folder, file), 'utf8')))
  .map((file) => file.replace(/\.ts$/, ''));

/** Finds the handler in a function's name, which contains it (lib/cloud/handler-function.ts). */
export function handlerOf(functionArn: string): string {
  // Secrets Manager's function is named after its CA (lib/cloud/ra-identity.ts).
  if (/-ra-[0-9a-f]{12}-/.test(functionArn)) return 'rotate-ra';
  // The panel has a name of its own, with hyphens.
  const named = handlers.filter((handler) =>
    new RegExp(`${toPascalCase(handler)}Function|-${toPascalCase(handler)}-`).test(functionArn),
  );
  return named.toSorted((one, other) => other.length - one.length)[0] ?? functionArn;
}
