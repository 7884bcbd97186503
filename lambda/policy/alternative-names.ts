/** Which subject alternative names a profile allows. */
import { Refusal } from '../core/errors.ts';
import type { AlternativeName } from '../message/names.ts';
import {
  type AlternativeNameKind,
  getKindRow,
  maxAlternativeNames,
} from '../names/alternative-name-kinds.ts';
import { findValueFault } from '../names/name-rule.ts';
import { matchesAlternativeName, toAlternativeNameKey } from './comparison.ts';
import type { Pattern, Profile } from './profile.ts';
import {
  findStrongMappingPatterns,
  isLikeStrongMapping,
  isStrongMapping,
} from './strong-mapping.ts';

/** An alternative name as granted. */
export interface GrantedAlternativeName {
  readonly kind: AlternativeNameKind;
  readonly value: string;
}

const refused = (what: string): Refusal => new Refusal('AlternativeNameRefused', what);

/**
 * The names as they will be issued; throws `Refusal('AlternativeNameRefused')` for any off the
 * profile, for values that ACM PCA does not take, and for names that come twice.
 */
export function grantAlternativeNames(
  requested: readonly AlternativeName[],
  profile: Profile,
): readonly GrantedAlternativeName[] {
  if (requested.length > maxAlternativeNames) throw refused(`${maxAlternativeNames} names at most`);
  const granted = requested.map((one) => grantedName(one, profile));
  checkNames(granted);
  return granted;
}

/** Refuses a name that comes twice, in whatever spelling, and a second strong mapping. */
function checkNames(names: readonly GrantedAlternativeName[]): void {
  const distinct = new Set(names.map(({ kind, value }) => toAlternativeNameKey(kind, value)));
  if (distinct.size !== names.length) throw refused('a name comes twice');
  const mappings = names.filter(({ kind, value }) => kind === 'uri' && isLikeStrongMapping(value));
  if (mappings.length > 1) throw refused('one strong mapping at most');
}

function grantedName({ kind, text }: AlternativeName, profile: Profile): GrantedAlternativeName {
  const row = getKindRow(kind);
  const patterns = kind === 'other' ? undefined : profile.alternativeNames[kind];
  if (kind === 'other' || row === undefined || patterns === undefined)
    throw refused(`${kind} is not in the profile`);
  const fault = findValueFault(text, row);
  if (fault !== undefined) throw refused(`${kind} ${fault}`);
  if (!isAllowed(kind, text, patterns))
    throw refused(`${kind} has another value than the profile allows`);
  return { kind, value: text };
}

/**
 * A strong mapping names an account of the domain: only its exact form, and only where a pattern
 * writes it out.
 */
function isAllowed(kind: AlternativeNameKind, text: string, patterns: readonly Pattern[]): boolean {
  if (kind !== 'uri' || !isLikeStrongMapping(text))
    return matchesAlternativeName(kind, text, patterns);
  return (
    isStrongMapping(text) && matchesAlternativeName(kind, text, findStrongMappingPatterns(patterns))
  );
}
