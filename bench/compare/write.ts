/** `npm run compare`: writes the tables of the comparison into README.md and docs/compare.md. */
import { readFileSync, writeFileSync } from 'node:fs';
import { fillPage, generatedParts } from './pages.ts';

for (const [path, parts] of Object.entries(generatedParts)) {
  writeFileSync(path, fillPage(readFileSync(path, 'utf8'), parts));
  console.log(`${path}: ${Object.keys(parts).join(', ')}`);
}
