import { defaultProfile, type Profile } from '../../lambda/policy/profile.ts';
import { DeclarationError } from './declaration-error.ts';

/** The profile with its defaults. Refuses one that allows nothing, or too much. */
export function declaredProfile(declared: Partial<Profile> = {}, validityDays: number): Profile {
  const profile: Profile = { ...defaultProfile, validityDays, ...declared };
  if (profile.keyUsage.length === 0) {
    refuse('keyUsage is empty. Name digitalSignature, keyEncipherment or both.');
  }
  if (profile.extendedKeyUsage.length === 0) {
    refuse('extendedKeyUsage is empty: such a certificate may be used for anything. Name a usage.');
  }
  const patterns = [
    ...named('subject', profile.subject),
    ...named('alternativeNames', profile.alternativeNames),
  ];
  if (patterns.length === 0) refuse('subject and alternativeNames allow no name. Allow one.');
  for (const [name, list] of patterns) {
    if (list.length > 0 && !list.includes('')) continue;
    refuse(`${name} allows nothing. Give it patterns, or leave it out to refuse it.`);
  }
  return profile;
}

function named(part: string, patterns: Readonly<Record<string, readonly string[]>>) {
  return Object.entries(patterns).map(([kind, list]) => [`${part}.${kind}`, list] as const);
}

function refuse(message: string): never {
  throw new DeclarationError('badProfile', `profile.${message}`);
}
