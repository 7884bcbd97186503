/**
 * Limits of one challenge within the connector's profile: a challenge for one printer enrols that
 * printer.
 */
import { Refusal } from '../core/errors.ts';
import { isKind } from '../names/alternative-name-kinds.ts';
import type { ChallengeConstraints } from '../names/challenge-limits.ts';
import { getAttributeRow } from '../names/subject-attributes.ts';
import type { GrantedAlternativeName } from './alternative-names.ts';
import { matchesAlternativeName, matchesAttribute } from './comparison.ts';
import type { Pattern } from './profile.ts';
import type { GrantedAttribute } from './subject.ts';

type Patterns = Readonly<Record<string, readonly Pattern[]>>;

/** The requested names that the profile has allowed. */
export interface Names {
  readonly subject: readonly GrantedAttribute[];
  readonly alternativeNames: readonly GrantedAlternativeName[];
}

/**
 * Refuses, with `ChallengeConstraint`, names that the challenge does not allow. It refuses unknown
 * kinds of names.
 */
export function checkConstraints(
  names: Names,
  { subject, alternativeNames }: ChallengeConstraints,
): void {
  if (subject === undefined && alternativeNames === undefined) return;
  const refused =
    (subject === undefined
      ? refusedWithoutLimit(names.subject, alternativeNames ?? {})
      : refusedAttribute(names.subject, subject)) ??
    refusedKind(names.alternativeNames, alternativeNames ?? {});
  if (refused !== undefined) throw new Refusal('ChallengeConstraint', refused);
}

const listOf = (patterns: Patterns, name: string): readonly Pattern[] =>
  (Object.hasOwn(patterns, name) ? patterns[name] : undefined) ?? [];

/** The first attribute that a limit on the subject refuses. */
function refusedAttribute(
  subject: readonly GrantedAttribute[],
  limits: Patterns,
): string | undefined {
  const missing = Object.keys(limits).find(
    (name) => !subject.some(({ attribute }) => attribute === name),
  );
  const other = subject.find(({ attribute, value }) =>
    Object.hasOwn(limits, attribute)
      ? !matchesAttribute(attribute, value, listOf(limits, attribute))
      : namesHolder(attribute),
  );
  return missing ?? other?.attribute;
}

/** The same where alternative names alone are limited: the CN has to be one of them. */
function refusedWithoutLimit(
  subject: readonly GrantedAttribute[],
  limits: Patterns,
): string | undefined {
  const isAllowed = (text: string): boolean =>
    Object.keys(limits).some(
      (kind) => isKind(kind) && matchesAlternativeName(kind, text, listOf(limits, kind)),
    );
  if (!subject.some(({ attribute }) => attribute === 'CN')) return 'CN';
  const other = subject.find(({ attribute, value }) =>
    attribute === 'CN' ? !isAllowed(value) : namesHolder(attribute),
  );
  return other?.attribute;
}

/** An attribute without a row is no place that a holder belongs to. */
const namesHolder = (attribute: string): boolean => {
  const row = getAttributeRow(attribute);
  return row === undefined || row.namesHolder === true;
};

/** The first kind of alternative name that a limit refuses. */
const refusedKind = (
  names: readonly GrantedAlternativeName[],
  limits: Patterns,
): string | undefined =>
  names.find(({ kind, value }) => !matchesAlternativeName(kind, value, listOf(limits, kind)))?.kind;
