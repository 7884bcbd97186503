/** The imports between the rooms of a folder, types included, as the sources state them. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';

/** A source that imports a source of another room. */
export interface Import {
  readonly from: string;
  readonly to: string;
  /** The importing file, from the root of the repository. */
  readonly file: string;
}

/** The rooms of a folder: its directories, and each source that lies beside them. */
export const roomsIn = (folder: string): readonly string[] =>
  readdirSync(folder, { withFileTypes: true }).map(({ name }) => name);

/** Every import from one room of this folder into another. */
export function importsBetweenRooms(folder: string): readonly Import[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.ts'),
  );
  return files.flatMap((file) =>
    importedBy(`${folder}/${file}`)
      .map((path) => relative(folder, path))
      .filter((path) => !path.startsWith('..') && roomOf(path) !== roomOf(file))
      .map((path) => ({ from: roomOf(file), to: roomOf(path), file: `${folder}/${file}` })),
  );
}

const roomOf = (path: string): string => path.split('/')[0] ?? '';

/** The paths of the sources that a source imports. */
export const importedBy = (file: string): readonly string[] =>
  [...readFileSync(file, 'utf8').matchAll(/(?:from|import\()\s*'(\.[^']+)'/g)].map(
    ([, specifier = '']) => relative('.', resolve(dirname(file), specifier)),
  );
