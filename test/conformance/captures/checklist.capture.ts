/** A second opinion on docs/rfc8894.md: it has every clause of independent notes on the RFC. */
import { expect, it } from 'vitest';
import { idsOfRows, rowsIn } from '../checklist.ts';
import { sharedFile } from './shared-folder.ts';

// The families of clauses that touch a server; the notes have others, about clients.
const family = /^[CHGAMTKQRPS]-/;

it('docs/rfc8894.md has every clause of the notes that touches a server', () => {
  const notes = rowsIn(Buffer.from(sharedFile('facts/rfc8894.md')).toString());
  const clauses = notes.filter((id) => family.test(id));
  expect(clauses.length).toBeGreaterThan(95);
  expect(clauses.filter((id) => !idsOfRows.includes(id))).toEqual([]);
});
