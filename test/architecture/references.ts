/**
 * The references in comments and documents, and which of them lead nowhere: documents, headings,
 * sources, decisions, rows of the checklist, invariants and npm scripts.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';

const folders = ['bin', 'lib', 'lambda', 'test', 'bench', 'docs', 'models', 'examples'];
const pages = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md'];

/** Every file of the repository that a reference can name, from the root on. */
export const files: readonly string[] = [
  ...pages,
  ...folders,
  ...['LICENSE', 'package.json', 'cdk.json', 'biome.json', 'knip.json', 'tsconfig.json'],
  ...['vitest.config.ts', 'vitest.interop.config.ts'],
  ...folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8', withFileTypes: true }).map(
      ({ parentPath, name }) => `${parentPath}/${name}`,
    ),
  ),
];

const known = new Set(files);
const isThere = (path: string): boolean => known.has(path.replace(/\/$/, ''));

const textOf = (file: string): string => readFileSync(file, 'utf8');
const scripts = Object.keys(JSON.parse(textOf('package.json')).scripts);

const firstCells = (file: string, pattern: RegExp): ReadonlySet<string> =>
  new Set([...textOf(file).matchAll(pattern)].map(([, id = '']) => id));

const checklist = 'docs/rfc8894.md';
const architecture = 'docs/architecture.md';
const rows = firstCells(checklist, /^\| ([A-Z](?:-\d+|\d))\b/gm);
const invariants = firstCells(architecture, /^\| (I\d) \|/gm);
const decisions = new Set(
  files.map((file) => /^docs\/decisions\/(\d{3})-/.exec(file)?.[1] ?? '').filter(Boolean),
);

/** The comments of a source as one line, so that a reference may wrap. */
export const commentsOf = (source: string): string =>
  source
    .split('\n')
    .map((line) => /^\s*(?:\/\*\*?|\*(?!\/)|\/\/)(.*)$| \/\/ (.*)$/.exec(line))
    .map((match) => (match?.[1] ?? match?.[2] ?? '').trim())
    .join(' ');

/** The headings of a document, as a forge makes anchors of them. */
const anchorsOf = (file: string): readonly string[] =>
  [...textOf(file).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );

const all = (text: string, pattern: RegExp): readonly string[] =>
  [...text.matchAll(pattern)].map(([whole, group]) => group ?? whole);

/** A document, with its heading after `#`. */
const leads = (path: string, anchor = ''): boolean =>
  isThere(path) && (anchor === '' || anchorsOf(path).includes(anchor));

const withoutUrls = (text: string): string => text.replace(/\w+:\/\/\S+/g, ' ');

/** Paths below docs/, in comments, strings and documents alike. */
const brokenPaths = (text: string): readonly string[] =>
  all(withoutUrls(text), /(?<![\w./-])docs\/[\w./-]*\w(?:#[\w-]+)?/g).filter((path) => {
    const [file = '', anchor] = path.split('#');
    return !leads(file, anchor);
  });

/** Links of a document, relative to its folder. */
const brokenLinks = (file: string, text: string): readonly string[] =>
  all(text, /\]\(([^)\s]+)\)/g)
    .filter((target) => !/^\w+:/.test(target))
    .filter((target) => {
      const [path = '', anchor] = target.split('#');
      const whole = path === '' ? file : posix.join(posix.dirname(file), path);
      return !leads(whole, anchor);
    });

/** Links whose text is a decision's number, and whose target is another decision. */
const crossedLinks = (text: string): readonly string[] =>
  [...text.matchAll(/\[(\d{3})\]\((?:\S*\/)?(\d{3})-[^)]*\)/g)]
    .filter(([, number, target]) => number !== target)
    .map(([whole]) => whole);

/** Sources by their whole path, or by the end of it: `core/errors.ts`. */
const brokenSources = (text: string): readonly string[] =>
  all(withoutUrls(text), /(?<![\w./*-])[\w-]+(?:\/[\w.-]+)*\.ts\b/g).filter(
    (path) => !isThere(path) && !files.some((file) => file.endsWith(`/${path}`)),
  );

/** Folders and files in code spans of documents, from the root on. */
const brokenSpans = (text: string): readonly string[] =>
  all(text, /`((?:bin|lib|lambda|test|bench|models)\/[\w./-]*)`/g).filter((path) => !isThere(path));

/** Functions that a document names behind their source: `invariants.ts` (`checkEnd`). */
const brokenFunctions = (text: string): readonly string[] =>
  [...text.matchAll(/`([\w./-]+\.ts)` \(((?:`\w+`(?:, )?)+)\)/g)].flatMap(
    ([, file = '', names = '']) =>
      all(names, /\w+/g).filter((name) => !isThere(file) || !textOf(file).includes(name)),
  );

const brokenDecisions = (text: string): readonly string[] =>
  all(text, /\bdecisions? (?:\d{3} (?:to|and) )?(\d{3})\b/gi)
    .concat(all(text, /\bdecisions? (\d{3})\b/gi), all(text, /\((0\d{2})\)/g))
    .filter((number) => !decisions.has(number));

/** Ids of these families are rows; P-256, P-384 and P-521 are curves. */
const rowPattern = /(?<![\w-])(?:[CHGAMTKQRPS]-(?!256|384|521)\d{1,2}|X[1-9])(?![\w-])/g;
const invariantPattern = /(?<![\w-])I[1-9](?![\w-])/g;

/** Ids without a row, and the first id of a text that does not name the page before it. */
const brokenIds = (
  text: string,
  pattern: RegExp,
  page: string,
  ids: ReadonlySet<string>,
): readonly string[] => {
  const named = text.indexOf(page);
  return [...text.matchAll(pattern)]
    .filter(([id], at) => !ids.has(id) || (at === 0 && !isNamed(named, text.search(pattern))))
    .map(([id]) => `${id}, without ${page} before it or without its row`);
};

/** The page may stand in the same parenthesis behind its id. */
const isNamed = (page: number, id: number): boolean => page >= 0 && page < id + 40;

/** Words that name notes outside the repository. */
const outside = (text: string): readonly string[] =>
  all(text, /(?<![\w-])(?:\.\.\/)?shared\/|design decisions?|DESIGN\.md|facts\/|facts pages?/gi);

const brokenScripts = (text: string): readonly string[] =>
  all(text, /\bnpm run ([a-z][\w:-]*)/g).filter((name) => !scripts.includes(name));

const isTestOfRows = (file: string): boolean => file.startsWith('test/conformance/');

/** The references of a source that lead nowhere. */
export function brokenInSource(file: string, source: string): readonly string[] {
  const comments = commentsOf(source);
  return [
    ...brokenPaths(source),
    ...brokenSources(comments),
    ...brokenDecisions(comments),
    ...(isTestOfRows(file) ? [] : brokenIds(comments, rowPattern, checklist, rows)),
    ...brokenIds(comments, invariantPattern, architecture, invariants),
    ...outside(comments),
    ...brokenScripts(comments),
  ];
}

/** The references of a document that lead nowhere. */
export function brokenInDocument(file: string, text: string): readonly string[] {
  const isOwn = (page: string): boolean => file === page;
  return [
    ...brokenPaths(text),
    ...brokenLinks(file, text),
    ...crossedLinks(text),
    ...brokenFunctions(text),
    // The changelog names what was renamed.
    ...(isOwn('CHANGELOG.md') ? [] : [...brokenSources(text), ...brokenSpans(text)]),
    ...brokenDecisions(text),
    ...all(text, rowPattern).filter((id) => !rows.has(id)),
    ...(isOwn(architecture) ? all(text, invariantPattern).filter((id) => !invariants.has(id)) : []),
    ...outside(text),
    ...brokenScripts(text),
  ];
}
