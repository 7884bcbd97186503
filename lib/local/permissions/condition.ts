/**
 * The Condition element of a statement, with the modelled operators and keys. All others are
 * refused.
 */
import type { RequestContext } from './access-request.ts';
import { createWildcardMatcher } from './wildcard.ts';

/** Whether a request meets all conditions of a statement. */
export type Condition = (context: RequestContext) => boolean;

type Matches = (value: string) => boolean;
type Values = readonly string[] | undefined;

/** Compares one value of the request with one of the policy. */
const comparisons: Readonly<Record<string, (wanted: string) => Matches>> = {
  // Each of an ARN's six parts is matched on its own, so a wildcard stays in its part.
  ArnLike: (wanted) => {
    const parts = splitArn(wanted).map((part) => createWildcardMatcher(part));
    return (value) => splitArn(value).every((part, at) => parts[at]?.(part) ?? false);
  },
  StringEquals: (wanted) => (value) => value === wanted,
  StringLike: (wanted) => createWildcardMatcher(wanted),
};

/** The six parts of an ARN; the last one may itself contain colons. */
const splitArn = (arn: string): readonly string[] => {
  const [, ...parts] = /^([^:]*):([^:]*):([^:]*):([^:]*):([^:]*):(.*)$/s.exec(arn) ?? [];
  return parts.length === 6 ? parts : [arn];
};

/**
 * Quantifies the values of a key (IAM User Guide, "Multivalued context keys"). ForAllValues holds
 * if a request names no value at all. For that reason reads need `dynamodb:Select` beside
 * `dynamodb:Attributes`.
 */
const quantifiers: Readonly<Record<string, (values: Values, matches: Matches) => boolean>> = {
  '': (values, matches) => values?.length === 1 && values.every(matches),
  IfExists: (values, matches) => values === undefined || values.every(matches),
  ForAllValues: (values, matches) => values === undefined || values.every(matches),
  ForAnyValue: (values, matches) => values?.some(matches) ?? false,
};

// The keys that the emulators set. IAM compares their names case-insensitively.
const knownKeys: ReadonlySet<string> = new Set([
  'acm-pca:TemplateArn',
  'aws:SourceAccount',
  'aws:SourceArn',
  'dynamodb:Attributes',
  'dynamodb:EnclosingOperation',
  'dynamodb:LeadingKeys',
  'dynamodb:ReturnValues',
  'dynamodb:Select',
  'events:detail-type',
  'events:source',
]);
const spelling = new Map([...knownKeys].map((key) => [key.toLowerCase(), key]));

/** Reads the element; throws an error that names an unmodelled operator, key or value. */
export const readCondition = (element: unknown): Condition => {
  const conditions = Object.entries((element ?? {}) as Readonly<Record<string, object>>).flatMap(
    ([operator, keys]) =>
      Object.entries(keys).map(([key, wanted]) => readOne(operator, key, toTexts(wanted))),
  );
  return (context) => conditions.every((holds) => holds(context));
};

const readOne = (operator: string, givenKey: string, wanted: readonly string[]): Condition => {
  const key = spelling.get(givenKey.toLowerCase());
  if (key === undefined) throw new Error(`the condition key ${givenKey}`);
  if (operator === 'Null') {
    const mustBeAbsent = wanted.map((text) => text === 'true');
    return (context) => mustBeAbsent.includes(context[key] === undefined);
  }
  const [, prefix = '', name = '', suffix = ''] =
    /^(?:(ForAllValues|ForAnyValue):)?(.+?)(IfExists)?$/.exec(operator) ?? [];
  const compare = Object.hasOwn(comparisons, name) ? comparisons[name] : undefined;
  const quantify = prefix && suffix ? undefined : quantifiers[prefix || suffix];
  if (!compare || !quantify) throw new Error(`the condition operator ${operator}`);
  const matchers = wanted.map(compare);
  const matches: Matches = (value) => matchers.some((one) => one(value));
  return (context) => quantify(context[key], matches);
};

const toTexts = (wanted: unknown): string[] => [wanted].flat().map(String);
