/** The profile of a connector's declaration. What the CA could never issue is refused here. */
import { alternativeNameKinds, kindRow } from '../../lambda/names/alternative-name-kinds.ts';
import { faultOfPattern, type NameRule } from '../../lambda/names/name-rule.ts';
import { knownAttributes, rowOf } from '../../lambda/names/subject-attributes.ts';
import { defaultProfile, type Profile } from '../../lambda/policy/profile.ts';
import { DeclarationError } from './declaration-error.ts';

/** The profile with its defaults. Refuses one that allows nothing, or more than the CA can issue. */
export function declaredProfile(declared: Partial<Profile> = {}, validityDays: number): Profile {
  const profile: Profile = { ...defaultProfile, validityDays, ...declared };
  if (profile.keyUsage.length === 0) {
    refuse('keyUsage is empty. Name digitalSignature, keyEncipherment or both.');
  }
  if (profile.extendedKeyUsage.length === 0) {
    refuse('extendedKeyUsage is empty: such a certificate may be used for anything. Name a usage.');
  }
  refuseNames('subject', profile.subject, rowOf, `${knownAttributes.join(', ')}, or an OID`);
  refuseNames(
    'alternativeNames',
    profile.alternativeNames,
    kindRow,
    alternativeNameKinds.join(', '),
  );
  const names = { ...profile.subject, ...profile.alternativeNames };
  if (Object.keys(names).length === 0)
    refuse('subject and alternativeNames allow no name. Allow one.');
  return profile;
}

/** Refuses names that are not in the table, lists without a pattern, and patterns without a match. */
function refuseNames(
  part: string,
  declared: Profile['subject'] | Profile['alternativeNames'],
  ruleOf: (name: string) => NameRule | undefined,
  known: string,
): void {
  for (const [name, patterns = []] of Object.entries(declared)) {
    const rule = ruleOf(name);
    if (rule === undefined) refuse(`${part}.${name} is not a name of certificates. Name ${known}.`);
    if (patterns.length === 0)
      refuse(`${part}.${name} allows nothing. Give it patterns, or leave it out to refuse it.`);
    const fault = patterns.map((pattern) => faultOfPattern(pattern, rule)).find(Boolean);
    if (fault !== undefined) refuse(`${part}.${name}: ${fault}.`);
  }
}

function refuse(message: string): never {
  throw new DeclarationError('badProfile', `profile.${message}`);
}
