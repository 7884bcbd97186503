/**
 * Limits of one challenge within the connector's profile: a challenge for one printer enrols that
 * printer.
 */
import { Refusal } from '../errors.ts';
import type { GrantedAlternativeName } from './alternative-names.ts';
import { matchesAny } from './pattern.ts';
import type { GrantedAttribute } from './subject.ts';

/**
 * Restricts what one challenge may be used for: exact values or patterns (pattern.ts). It never
 * widens the profile.
 */
export interface ChallengeConstraints {
  /**
   * An attribute that is named must be in the request, and every value of it match one of these.
   */
  readonly subject?: Readonly<Record<string, readonly string[]>>;
  /**
   * Given: only these kinds may be requested, and every name of a kind must match one of its
   * patterns.
   */
  readonly alternativeNames?: Readonly<Record<string, readonly string[]>>;
}

/** The names that the profile has allowed. */
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
  const subjectFits = Object.entries(subject ?? {}).every(([attribute, patterns]) => {
    const values = names.subject.filter((one) => one.attribute === attribute);
    return values.length > 0 && values.every(({ value }) => matchesAny(value, patterns));
  });
  const namesFit =
    alternativeNames === undefined ||
    names.alternativeNames.every(({ kind, value }) =>
      matchesAny(value, alternativeNames[kind] ?? []),
    );
  if (!subjectFits || !namesFit) throw new Refusal('ChallengeConstraint');
}
