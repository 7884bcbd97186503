/** Which subject alternative names a profile allows. */
import { isIP } from 'node:net';
import { Refusal } from '../errors.ts';
import type { AlternativeName } from '../message/names.ts';
import { matchesAny } from './pattern.ts';
import type { AlternativeNameKind, Pattern, Profile } from './profile.ts';
import { isLikeStrongMapping, isStrongMapping, strongMappingPatterns } from './strong-mapping.ts';

/** An alternative name as granted. */
export interface GrantedAlternativeName {
  readonly kind: AlternativeNameKind;
  readonly value: string;
}

/** Shapes, before any pattern. A DNS wildcard is not one: a device is a host, not a zone. */
const shapes: Readonly<Record<AlternativeNameKind, (text: string) => boolean>> = {
  dns: (text) =>
    text.length <= 253 && /^(?!-)[a-z0-9-]{1,63}(?<!-)(\.(?!-)[a-z0-9-]{1,63}(?<!-))*$/i.test(text),
  email: (text) =>
    text.length <= 254 && /^[\x21-\x3f\x41-\x7e]{1,64}@[a-z0-9.-]{1,189}$/i.test(text),
  uri: (text) => text.length <= 1024 && /^[a-z][a-z0-9+.-]*:[\x21-\x7e]+$/i.test(text),
  ip: (text) => isIP(text) !== 0,
  // ACM PCA takes 256 characters of an otherName. No control, format or white-space character.
  upn: (text) => text.length <= 256 && /^[^@\p{C}\p{Z}]+@[a-z0-9.-]{1,189}$/iu.test(text),
};

/** ACM PCA takes 150; no device has so many names. */
const mostNames = 20;

/**
 * The names as they will be issued; throws `Refusal('AlternativeNameRefused')` for any off the
 * profile, or twice.
 */
export function grantedAlternativeNames(
  requested: readonly AlternativeName[],
  profile: Profile,
): readonly GrantedAlternativeName[] {
  if (requested.length > mostNames) throw new Refusal('AlternativeNameRefused');
  const granted = requested.map(({ kind, text }) => {
    const patterns = kind === 'other' ? undefined : profile.alternativeNames[kind];
    if (kind === 'other' || patterns === undefined) throw new Refusal('AlternativeNameRefused');
    if (!shapes[kind](text) || !isAllowed(kind, text, patterns))
      throw new Refusal('AlternativeNameRefused');
    return { kind, value: text };
  });
  const distinct = new Set(granted.map(({ kind, value }) => `${kind} ${value}`));
  const mappings = granted.filter(
    ({ kind, value }) => kind === 'uri' && isLikeStrongMapping(value),
  );
  if (distinct.size !== granted.length || mappings.length > 1)
    throw new Refusal('AlternativeNameRefused');
  return granted;
}

/**
 * A strong mapping names an account of the domain: only its exact form, and only where a pattern
 * writes it out.
 */
function isAllowed(kind: AlternativeNameKind, text: string, patterns: readonly Pattern[]): boolean {
  if (kind !== 'uri' || !isLikeStrongMapping(text)) return matchesAny(text, patterns);
  return isStrongMapping(text) && matchesAny(text, strongMappingPatterns(patterns));
}
