/** The handlers that exist, and which of them a bundle was made of. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectDirectory } from '../command.ts';

const folder = join(projectDirectory, 'lambda/handlers');

/** The files in lambda/handlers that are functions: the others are parts of them. */
export const handlers: readonly string[] = readdirSync(folder)
  .filter((file) => /^export const handler\b/m.test(readFileSync(join(folder, file), 'utf8')))
  .map((file) => file.replace(/\.ts$/, ''));

/** esbuild names each source file above its code; the entry is the last, as what it imports comes before it. */
export function handlerOf(bundle: string): string {
  const named = /^\/\/ lambda\/handlers\/(\S+)\.ts$/gm;
  const sources = [...readFileSync(bundle, 'utf8').matchAll(named)].map(([, name]) => name ?? '');
  return sources.findLast((name) => handlers.includes(name)) ?? bundle;
}
