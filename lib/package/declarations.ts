/**
 * The declaration files of the package: those that an app can reach, with `.js` in their imports.
 */
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The compiler leaves `.ts` in the imports of declaration files. */
const relativeImport = /((?:from |import\()['"]\.[^'"]+)\.ts(['"])/g;

/**
 * Keeps the declaration files below `directory` that `entry` refers to, directly or through others,
 * and removes those of private parts. Refuses a reference to a file that is not there.
 */
export function removeUnreferenced(directory: string, entry: string): void {
  const referenced = new Set<string>([entry]);
  for (const file of referenced) {
    const text = readFileSync(file, 'utf8');
    for (const [, path = ''] of text.matchAll(/(?:from |import\()['"](\.[^'"]+)\.ts['"]/g)) {
      const target = join(dirname(file), `${path}.d.ts`);
      if (!existsSync(target)) throw new Error(`${file} refers to ${target}, which is not there`);
      referenced.add(target);
    }
    writeFileSync(file, text.replaceAll(relativeImport, '$1.js$2'));
  }
  for (const each of readdirSync(directory, { recursive: true, withFileTypes: true })) {
    const file = join(each.parentPath, each.name);
    if (each.isFile() && !referenced.has(file)) rmSync(file);
  }
}
