/**
 * The names that a machine can check: an exported function begins with a verb, and a bound is
 * `max…` or `min…` with its unit. `npm run static` prints every other name; there are no
 * exceptions.
 */
import { readFileSync } from 'node:fs';

/** A name that breaks a rule, where it stands, and what to do. */
export interface BadName {
  readonly file: string;
  readonly line: number;
  readonly name: string;
  readonly advice: string;
}

/** The verbs that functions begin with. A new one joins this list in the commit that uses it. */
const verbs = new Set(
  `add admit adopt allow answer append apply assert assume authenticate authorize await begin bind
  bound build bundle cache cancel check choose clear clip close commit compare compute continue
  count create decide decode delete deploy derive describe discard dispatch encode encrypt end
  enrol escape expect explain fail fill filter finalize find fingerprint fix format generate get grant
  handle identify import interpret introduce invalidate issue join judge limit list load locate
  lock log look make mask match matches measure merge move name notify open parse plan poll post
  postpone prepare publish put read record refuse register reject release remove render repeat report
  request requests require reserve resolve retag retrieve retry revoke rewrite rotate route run
  sanitise seal search select send serve set settle sign split start stop store summarize sweep
  synthesize tag take transact unlock unseal untag update upgrade use validate verify wait warm
  watch write`.split(/\s+/),
);

/** Predicates, conversions and decorators: `isOpen`, `toRowKey`, `fromPem`, `withLog`. */
const prefixes = /^(is|has|can|to|from|with)(?=[A-Z])/;

/**
 * Names that are not ours to choose: the entry point of a Lambda function, a template tag, and what
 * stands in for a function of Node's under its name.
 */
const givenNames: Readonly<Record<string, RegExp>> = {
  handler: /^lambda\/handlers\/|^bench\/cold-start\//,
  html: /^lambda\/admin\/panel\/html\.ts$/,
  crc32: /^lambda\/node\//,
};

const exportedFunction =
  /^export (?:async )?function\*? (\w+)|^export const (\w+)(?:: [^=]+)? =\s+(?:async )?(?:<[^>]*>)?(?:\(|\w+ =>)/gm;

const superlatives = 'most|longest|largest|biggest|least|shortest|smallest|fewest';

/** A superlative where a name is declared, assigned or passed; prose has no sign after it. */
const bound = new RegExp(`\\b((?:${superlatives})(?:[A-Z]\\w*)?)\\b(?=\\s*(?:[=:,})]|\\?:))`, 'g');

const isVerbFirst = (name: string): boolean =>
  prefixes.test(name) || verbs.has(/^[a-z]+/.exec(name)?.[0] ?? '');

const isGiven = (name: string, file: string): boolean =>
  Object.hasOwn(givenNames, name) && givenNames[name]?.test(file) === true;

/** Builders of tests are nouns, so that a test reads as a sentence: `pkcsReq({ csr })`. */
const mayBeNoun = (file: string): boolean => file.startsWith('test/');

/** The bad names of one source. Comments and strings may say "most" as often as they like. */
export function findBadNames(file: string, source: string): readonly BadName[] {
  const code = withoutText(source);
  const lineOf = (index: number) => code.slice(0, index).split('\n').length;
  const functions = [...code.matchAll(exportedFunction)]
    .map((match) => ({ name: match[1] ?? match[2] ?? '', index: match.index }))
    .filter(({ name }) => !isVerbFirst(name) && !isGiven(name, file) && !mayBeNoun(file))
    .map((found) => ({ ...found, advice: 'begin the name of an exported function with a verb' }));
  const bounds = [...code.matchAll(bound)]
    .map((match) => ({ name: match[1] ?? '', index: match.index }))
    .map((found) => ({ ...found, advice: 'name a bound max… or min…, with its unit' }));
  return [...functions, ...bounds].map(({ name, index, advice }) => ({
    file,
    line: lineOf(index),
    name,
    advice,
  }));
}

/** Comments and quoted text become spaces, so that lines keep their numbers. */
const withoutText = (source: string): string =>
  source.replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`/g, (text) =>
    text.replace(/[^\n]/g, ' '),
  );

/** The bad names in files on disk. */
export const findBadNamesIn = (files: readonly string[]): readonly BadName[] =>
  files.flatMap((file) => findBadNames(file, readFileSync(file, 'utf8')));
