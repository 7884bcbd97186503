/** `npm run graph`: draws the import graph, and writes Biome's import rules from the table. */
import { readFileSync, writeFileSync } from 'node:fs';
import { importsBetweenRooms } from './imports.ts';
import { drawGraph, floorsOf } from './picture.ts';
import { lambdaRooms } from './rooms.ts';
import { overrides } from './walls.ts';

const rooms = lambdaRooms.map(({ name }) => name);
const imports = importsBetweenRooms('lambda');

writeFileSync('docs/import-graph.svg', drawGraph(rooms, imports));
const biome = JSON.parse(readFileSync('biome.json', 'utf8'));
writeFileSync('biome.json', `${JSON.stringify({ ...biome, overrides: overrides() }, null, 2)}\n`);

const arrows = new Set(imports.map(({ from, to }) => `${from} -> ${to}`));
console.log(
  `${rooms.length} rooms, ${floorsOf(rooms, imports).length} floors, ${arrows.size} arrows`,
);
console.log('docs/import-graph.svg and the overrides of biome.json are written; run "npm run fix"');
