/**
 * Checks names against the limits of one challenge, so that a challenge for one printer enrols only
 * that printer.
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

/** Requested names that the profile allows. */
export interface Names {
  readonly subject: readonly GrantedAttribute[];
  readonly alternativeNames: readonly GrantedAlternativeName[];
}

/**
 * Throws `Refusal('ChallengeConstraint')` for names that the challenge does not allow. Unknown
 * kinds of names are never allowed.
 */
export function checkConstraints(
  names: Names,
  { subject, alternativeNames }: ChallengeConstraints,
): void {
  if (subject === undefined && alternativeNames === undefined) return;
  const refused =
    (subject === undefined
      ? findRefusedWithoutLimit(names.subject, alternativeNames ?? {})
      : findRefusedAttribute(names.subject, subject)) ??
    findRefusedKind(names.alternativeNames, alternativeNames ?? {});
  if (refused !== undefined) throw new Refusal('ChallengeConstraint', refused);
}

const getPatterns = (patterns: Patterns, name: string): readonly Pattern[] =>
  (Object.hasOwn(patterns, name) ? patterns[name] : undefined) ?? [];

/** The first attribute that is missing, or that a limit on the subject refuses. */
function findRefusedAttribute(
  subject: readonly GrantedAttribute[],
  limits: Patterns,
): string | undefined {
  const missing = Object.keys(limits).find(
    (name) => !subject.some(({ attribute }) => attribute === name),
  );
  const other = subject.find(({ attribute, value }) =>
    Object.hasOwn(limits, attribute)
      ? !matchesAttribute(attribute, value, getPatterns(limits, attribute))
      : isHolderName(attribute),
  );
  return missing ?? other?.attribute;
}

/**
 * The first refused attribute if only alternative names are limited: the CN must be one of them.
 */
function findRefusedWithoutLimit(
  subject: readonly GrantedAttribute[],
  limits: Patterns,
): string | undefined {
  const isAllowed = (text: string): boolean =>
    Object.keys(limits).some(
      (kind) => isKind(kind) && matchesAlternativeName(kind, text, getPatterns(limits, kind)),
    );
  if (!subject.some(({ attribute }) => attribute === 'CN')) return 'CN';
  const other = subject.find(({ attribute, value }) =>
    attribute === 'CN' ? !isAllowed(value) : isHolderName(attribute),
  );
  return other?.attribute;
}

/** An attribute without a row counts as a name of the holder, so that it is refused. */
const isHolderName = (attribute: string): boolean => {
  const row = getAttributeRow(attribute);
  return row === undefined || row.namesHolder === true;
};

/** The first kind of alternative name that a limit refuses. */
const findRefusedKind = (
  names: readonly GrantedAlternativeName[],
  limits: Patterns,
): string | undefined =>
  names.find(({ kind, value }) => !matchesAlternativeName(kind, value, getPatterns(limits, kind)))
    ?.kind;
