/** The comparisons of a Choice state. */
import { findPath, isKnownPath, readPath } from './path.ts';
import type { ChoiceRule } from './state.ts';

type Compare = (value: never, wanted: never) => boolean;

const compareType =
  <T>(type: string, compare: (value: T, wanted: T) => boolean): Compare =>
  (value, wanted) =>
    typeof value === type && compare(value as T, wanted as T);

/** A value of another type than the comparison's does not match, and is not an error. */
const comparisons: Readonly<Record<string, Compare>> = {
  BooleanEquals: compareType<boolean>('boolean', (value, wanted) => value === wanted),
  NumericEquals: compareType<number>('number', (value, wanted) => value === wanted),
  NumericGreaterThan: compareType<number>('number', (value, wanted) => value > wanted),
  NumericGreaterThanEquals: compareType<number>('number', (value, wanted) => value >= wanted),
  NumericLessThan: compareType<number>('number', (value, wanted) => value < wanted),
  NumericLessThanEquals: compareType<number>('number', (value, wanted) => value <= wanted),
  StringEquals: compareType<string>('string', (value, wanted) => value === wanted),
};

const isNull = 'IsNull';
const isPresent = 'IsPresent';

const combinations = ['And', 'Or', 'Not'];

/** The parts of a rule that are not modelled. */
export const findChoiceFaults = (rule: ChoiceRule): string[] => {
  const [combination] = combinations.filter((name) => rule[name] !== undefined);
  const known = [combination ?? 'Variable', 'Next', 'Comment'];
  const others = Object.keys(rule).filter((field) => !known.includes(field));
  if (combination) return [...others, ...[rule[combination]].flat().flatMap(findFaultsWithin)];
  const [operator = 'no comparison', ...more] = others;
  const isKnown = Object.hasOwn(comparisons, operator) || [isNull, isPresent].includes(operator);
  const path = isKnownPath(rule.Variable) ? [] : [`the path ${String(rule.Variable)}`];
  return [...(isKnown ? [] : [operator]), ...more, ...path];
};

const findFaultsWithin = (rule: unknown): string[] => findChoiceFaults(rule as ChoiceRule);

/** Whether a rule matches; throws States.Runtime if its variable is not in the input. */
export const matchesRule = (rule: ChoiceRule, input: unknown): boolean => {
  if (rule.And)
    return (rule.And as readonly ChoiceRule[]).every((each) => matchesRule(each, input));
  if (rule.Or) return (rule.Or as readonly ChoiceRule[]).some((each) => matchesRule(each, input));
  if (rule.Not) return !matchesRule(rule.Not as ChoiceRule, input);
  const path = String(rule.Variable);
  if (rule[isPresent] !== undefined)
    return (findPath(input, path) !== undefined) === rule[isPresent];
  const value = readPath(input, path);
  if (rule[isNull] !== undefined) return (value === null) === rule[isNull];
  const name = Object.keys(rule).find((field) => Object.hasOwn(comparisons, field)) ?? '';
  return comparisons[name]?.(value as never, rule[name] as never) ?? false;
};
