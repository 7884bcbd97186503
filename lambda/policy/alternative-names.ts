/** Checks subject alternative names against a profile. */
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

/** A granted alternative name. */
export interface GrantedAlternativeName {
  readonly kind: AlternativeNameKind;
  readonly value: string;
}

const createRefusal = (what: string): Refusal => new Refusal('AlternativeNameRefused', what);

/**
 * The names as they will be issued. Throws `Refusal('AlternativeNameRefused')` for a name that the
 * profile or ACM PCA does not allow, and for a repeated name.
 */
export function grantAlternativeNames(
  requested: readonly AlternativeName[],
  profile: Profile,
): readonly GrantedAlternativeName[] {
  if (requested.length > maxAlternativeNames)
    throw createRefusal(`${maxAlternativeNames} names at most`);
  const granted = requested.map((one) => grantName(one, profile));
  checkNames(granted);
  return granted;
}

/** Refuses a repeated name, also in another spelling, and a second strong mapping. */
function checkNames(names: readonly GrantedAlternativeName[]): void {
  const distinct = new Set(names.map(({ kind, value }) => toAlternativeNameKey(kind, value)));
  if (distinct.size !== names.length) throw createRefusal('a name is repeated');
  const mappings = names.filter(({ kind, value }) => kind === 'uri' && isLikeStrongMapping(value));
  if (mappings.length > 1) throw createRefusal('one strong mapping at most');
}

function grantName({ kind, text }: AlternativeName, profile: Profile): GrantedAlternativeName {
  const row = getKindRow(kind);
  const patterns = kind === 'other' ? undefined : profile.alternativeNames[kind];
  if (kind === 'other' || row === undefined || patterns === undefined)
    throw createRefusal(`${kind} is not in the profile`);
  const fault = findValueFault(text, row);
  if (fault !== undefined) throw createRefusal(`${kind} ${fault}`);
  if (!isAllowed(kind, text, patterns))
    throw createRefusal(`${kind} has a value that the profile refuses`);
  return { kind, value: text };
}

/**
 * A strong mapping names an account of the domain. It must have its exact form, and match a pattern
 * that writes the prefix out.
 */
function isAllowed(kind: AlternativeNameKind, text: string, patterns: readonly Pattern[]): boolean {
  if (kind !== 'uri' || !isLikeStrongMapping(text))
    return matchesAlternativeName(kind, text, patterns);
  return (
    isStrongMapping(text) && matchesAlternativeName(kind, text, findStrongMappingPatterns(patterns))
  );
}
