/**
 * The profile of a connector's declaration. It cannot allow certificates that the CA never issues.
 */
import { alternativeNameKinds, getKindRow } from '../../lambda/names/alternative-name-kinds.ts';
import { findPatternFault, type NameRule } from '../../lambda/names/name-rule.ts';
import { getAttributeRow, knownAttributes } from '../../lambda/names/subject-attributes.ts';
import { findTemplateFault } from '../../lambda/names/template.ts';
import {
  findPolicyFault,
  findUsageFault,
  keyUsageMembers,
  maxUsages,
} from '../../lambda/names/usages.ts';
import { type AddedNames, defaultProfile, type Profile } from '../../lambda/policy/profile.ts';
import { DeclarationError } from './declaration-error.ts';

/**
 * The profile with its defaults. Refuses one that allows nothing, or more than the CA can issue.
 */
export function toProfile(declared: Partial<Profile> = {}, validityDays: number): Profile {
  const profile: Profile = { ...defaultProfile, validityDays, ...declared };
  refuseKeyUsage(profile.keyUsage);
  refuseUsages(profile.extendedKeyUsage);
  refusePolicies(profile.certificatePolicies ?? []);
  refuseNames(subjectPart, profile.subject, findPatternFault);
  refuseNames(alternativeNamesPart, profile.alternativeNames, findPatternFault);
  refuseAdditions(profile.add ?? {});
  const names = { ...profile.subject, ...profile.alternativeNames };
  if (Object.keys(names).length === 0)
    refuse('subject and alternativeNames allow no name. Allow one.');
  return profile;
}

/** A part of a declaration with names, and the table of its names. */
interface Part {
  readonly path: string;
  readonly ruleOf: (name: string) => NameRule | undefined;
  readonly known: string;
}

const subjectPart: Part = {
  path: 'subject',
  ruleOf: getAttributeRow,
  known: `${knownAttributes.join(', ')}, or an OID`,
};

const alternativeNamesPart: Part = {
  path: 'alternativeNames',
  ruleOf: getKindRow,
  known: alternativeNameKinds.join(', '),
};

/** Refuses names that are not in the table, lists without a text, and texts without a value. */
function refuseNames(
  { path, ruleOf, known }: Part,
  declared: Profile['subject'] | Profile['alternativeNames'],
  faultOf: (text: string, rule: NameRule) => string | undefined,
): void {
  for (const [name, texts = []] of Object.entries(declared)) {
    const rule = ruleOf(name);
    if (rule === undefined) refuse(`${path}.${name} is not a name of certificates. Name ${known}.`);
    if (texts.length === 0)
      refuse(`${path}.${name} allows nothing. Give it patterns, or leave it out to refuse it.`);
    const fault = texts.map((text) => faultOf(text, rule)).find(Boolean);
    if (fault !== undefined) refuse(`${path}.${name}: ${fault}.`);
  }
}

function refuseAdditions({ subject = {}, alternativeNames = {} }: AddedNames): void {
  const attributes = Object.fromEntries(
    Object.entries(subject).map(([name, template = '']) => [name, [template]]),
  );
  refuseNames({ ...subjectPart, path: 'add.subject' }, attributes, findTemplateFault);
  const kinds = { ...alternativeNamesPart, path: 'add.alternativeNames' };
  refuseNames(kinds, alternativeNames, findTemplateFault);
}

function refuseKeyUsage(keyUsage: Profile['keyUsage']): void {
  const known = Object.keys(keyUsageMembers).join(', ');
  if (keyUsage.length === 0) refuse(`keyUsage is empty. Name some of ${known}.`);
  const unknown = keyUsage.find((usage) => !Object.hasOwn(keyUsageMembers, usage));
  if (unknown !== undefined) refuse(`keyUsage: "${unknown}" is not one of ${known}.`);
}

function refuseUsages(declared: Profile['extendedKeyUsage']): void {
  const lists =
    'requested' in declared
      ? {
          'extendedKeyUsage.requested': declared.requested,
          'extendedKeyUsage.otherwise': declared.otherwise,
        }
      : { extendedKeyUsage: declared };
  for (const [path, usages] of Object.entries(lists)) {
    if (usages.length === 0)
      refuse(`${path} is empty: such a certificate may be used for anything. Name a usage.`);
    if (usages.length > maxUsages) refuse(`${path} has more than ${maxUsages} usages.`);
    if (new Set(usages).size < usages.length) refuse(`${path} names a usage twice.`);
    const fault = usages.map(findUsageFault).find(Boolean);
    if (fault !== undefined) refuse(`${path}: ${fault}.`);
  }
}

function refusePolicies(policies: NonNullable<Profile['certificatePolicies']>): void {
  if (policies.length > maxUsages)
    refuse(`certificatePolicies has more than ${maxUsages} policies.`);
  if (new Set(policies.map(({ oid }) => oid)).size < policies.length)
    refuse('certificatePolicies names a policy twice.');
  const fault = policies.map(findPolicyFault).find(Boolean);
  if (fault !== undefined) refuse(`certificatePolicies: ${fault}.`);
}

function refuse(message: string): never {
  throw new DeclarationError('badProfile', `profile.${message}`);
}
