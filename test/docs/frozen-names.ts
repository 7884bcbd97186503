/**
 * The names that outlive a release (docs/frozen-names.json): stored data, subscribers, scripts and
 * alarms of users depend on them.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';

const root = join(import.meta.dirname, '../..');
const path = join(root, 'docs/frozen-names.json');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const isReleased = Number.parseInt(version, 10) >= 1;

const advice = isReleased
  ? 'Names are frozen since 1.0.0: undo the rename or the removal. Add a new name to docs/frozen-names.json and CHANGELOG.md in the same commit.'
  : 'A name that outlives a release has changed. Until 1.0.0: change docs/frozen-names.json (UPDATE_FROZEN_NAMES=1 npx vitest run --project quick --project cloud --maxWorkers=1 frozen-names) and CHANGELOG.md in the same commit.';

const read = (): Record<string, unknown> => JSON.parse(readFileSync(path, 'utf8'));

/**
 * Compares a part of the file with what the sources say. With UPDATE_FROZEN_NAMES, and before
 * 1.0.0, writes it instead.
 */
export function expectFrozen(part: string, derived: unknown): void {
  const plain = JSON.parse(JSON.stringify(derived));
  if (process.env.UPDATE_FROZEN_NAMES && !isReleased) {
    const names = Object.entries({ ...read(), [part]: plain }).toSorted(([one], [other]) =>
      one < other ? -1 : 1,
    );
    writeFileSync(path, `${JSON.stringify(Object.fromEntries(names), null, 2)}\n`);
  }
  expect(plain, `${part}: ${advice}`).toEqual(read()[part]);
}
