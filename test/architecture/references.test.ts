/** A comment or a document names what is in the repository, and nothing that is not. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { brokenInDocument, brokenInSource, commentsOf, files } from './references.ts';

const sources = files.filter(
  (file) => file.endsWith('.ts') && !file.startsWith('test/architecture/references'),
);
const documents = files.filter((file) => file.endsWith('.md'));

describe('the references of the repository', () => {
  it('are read from all sources and documents', () => {
    expect(sources.length).toBeGreaterThan(700);
    expect(documents.length).toBeGreaterThan(30);
  });

  it('lead somewhere in every source', () => {
    const broken = sources.flatMap((file) =>
      brokenInSource(file, readFileSync(file, 'utf8')).map((reference) => `${file}: ${reference}`),
    );
    expect(broken).toEqual([]);
  });

  it.each(documents)('lead somewhere in %s', (file) => {
    expect(brokenInDocument(file, readFileSync(file, 'utf8'))).toEqual([]);
  });

  it('list every decision once in the table of decisions', () => {
    const listed = readFileSync('docs/decisions/README.md', 'utf8').matchAll(/\]\((\d{3}-\S+)\)/g);
    const pages = files.filter((file) => /^docs\/decisions\/\d{3}-/.test(file));
    expect([...listed].map(([, page]) => `docs/decisions/${page}`)).toEqual(pages.toSorted());
  });

  it.each(files.filter((file) => /^docs\/decisions\/\d{3}-/.test(file)))(
    '%s has its number and its date in its heading, a decision and a reason',
    (file) => {
      const number = file.slice('docs/decisions/'.length).slice(0, 3);
      const page = readFileSync(file, 'utf8');
      const [heading] = page.split('\n');
      expect(heading).toMatch(new RegExp(`^# ${number} .+ \\(\\d{4}-\\d\\d-\\d\\d\\)$`));
      expect(page).toMatch(/^\*\*Decision\.\*\* /m);
      expect(page).toMatch(/^\*\*Why[ .]/m);
    },
  );
});

describe('a reference that leads nowhere is found', () => {
  it.each([
    ['a document', '/** As docs/nothing.md has it. */'],
    ['a document in a text', "const text = 'see docs/nothing.md';"],
    ['a heading', '// docs/security.md#nothing'],
    ['a decision', '// see decision 999'],
    ['a row', '// docs/rfc8894.md H-99'],
    ['a row that does not say where rows are', '// P-10: the later one'],
    ['an invariant', '// docs/architecture.md I9'],
    ['an invariant that does not say where they are', '/** I5 at the devices */'],
    ['a source', '/** The key of its counters (scep/nothing-limit.ts). */'],
    ['a script', '// npm run nothing'],
    ['notes outside', '// ../shared/facts has it'],
    ['a decision outside', '/**\n * Of design\n * decision 8.\n */'],
  ])('%s, in a comment', (_, source) => {
    expect(brokenInSource('lambda/scep/some.ts', source)).not.toEqual([]);
  });

  it.each([
    ['a link', '[here](nothing.md)'],
    ['a heading of the page itself', '[here](#nothing)'],
    ['a heading of another page', '[here](rfc8894.md#nothing)'],
    ['a link whose text is another decision', '[018](decisions/020-strangers.md)'],
    ['a decision', 'as above (099)'],
    ['a source', '`lambda/nothing/some.ts`'],
    ['a function of a source', '`test/simulation/invariants.ts` (`checkNothing`)'],
    ['a folder', '`lambda/nothing/`'],
    ['a row', 'row H-99'],
    ['an image', '![flow](nothing.svg)'],
  ])('%s, in a document', (_, text) => {
    expect(brokenInDocument('docs/some.md', text)).not.toEqual([]);
  });
});

describe('a reference that leads somewhere is accepted', () => {
  it.each([
    '/** docs/rfc8894.md P-10, then P-5. */',
    '// A curve: P-256. A SID: S-1-5-21.',
    '// the table of codes (core/errors.ts)',
    '// https://example.com/docs/nothing.md',
  ])('%s', (source) => {
    expect(brokenInSource('lambda/scep/some.ts', source)).toEqual([]);
  });

  it('is read in comments alone, and over their lines', () => {
    expect(commentsOf("const a = '// no';\n/**\n * one\n * two\n */\ncall(); // three")).toContain(
      'one two',
    );
  });
});
