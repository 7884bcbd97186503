/**
 * `npm run keep-release`: keeps the stateful resources of the version in package.json. It is run
 * with a release. Before 1.0.0 it is also run after a change that may lose state, which the
 * changelog then names.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { releaseFile, synthesizeCheckout } from './releases.ts';

const manifest = new URL('../../package.json', import.meta.url);
const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { readonly version: string };
writeFileSync(releaseFile(version), `${JSON.stringify(await synthesizeCheckout(), null, 2)}\n`);
console.log(`kept ${version}`);
