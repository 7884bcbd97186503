/** `npm run static`: prints every name that names.ts refuses, with file and line. */
import { globSync } from 'node:fs';
import { findBadNamesIn } from './names.ts';

const found = findBadNamesIn(globSync('{bin,bench,lambda,lib,test}/**/*.ts'));
for (const { file, line, name, advice } of found)
  console.error(`${file}:${line} ${name}: ${advice}`);
if (found.length > 0) process.exitCode = 1;
