/** The rooms of lambda/: what each may import, and what each imports. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { importedBy, importsBetweenRooms, roomsIn } from './imports.ts';
import { drawGraph } from './picture.ts';
import { lambdaRooms } from './rooms.ts';
import { overrides } from './walls.ts';

const names = lambdaRooms.map(({ name }) => name);
const imports = importsBetweenRooms('lambda');

describe('the rooms of lambda/', () => {
  it('are the folders that are there, and no source lies beside them', () => {
    expect(roomsIn('lambda').toSorted()).toEqual(names.toSorted());
  });

  it.each(lambdaRooms)('$name may import rooms below it alone', ({ name, mayImport }) => {
    const below = names.slice(names.indexOf(name) + 1);
    expect(mayImport.filter((room) => !below.includes(room))).toEqual([]);
  });

  it.each(lambdaRooms)('$name imports what it may, types included', ({ name, mayImport }) => {
    const foreign = imports.filter(({ from, to }) => from === name && !mayImport.includes(to));
    expect(foreign).toEqual([]);
  });

  it.each(lambdaRooms)('$name may import no room that it does not need', ({ name, mayImport }) => {
    const needed = imports.filter(({ from }) => from === name).map(({ to }) => to);
    expect(mayImport.filter((room) => !needed.includes(room))).toEqual([]);
  });

  it.each(lambdaRooms.filter(({ name }) => name !== 'aws' && name !== 'handlers'))(
    '$name never names AWS or middy',
    ({ packages = [] }) => {
      expect(packages).not.toContain('aws');
    },
  );

  it('have the linter’s rules that their table says', () => {
    const biome = JSON.parse(readFileSync('biome.json', 'utf8'));
    expect(biome.overrides).toEqual(overrides());
  });

  it('are drawn as they are', () => {
    expect(readFileSync('docs/import-graph.svg', 'utf8')).toBe(drawGraph(names, imports));
  });
});

describe('the programs in bin/', () => {
  it.each(roomsIn('bin'))('%s imports nothing of test/', (file) => {
    expect(importedBy(`bin/${file}`).filter((path) => path.startsWith('test/'))).toEqual([]);
  });
});
