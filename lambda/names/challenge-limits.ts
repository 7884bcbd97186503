/**
 * The bounds of a challenge's terms, and the sentence for each that is broken: one set for the
 * admin API, the panel and the command line. Each of them puts its own word for the field before
 * the sentence.
 */
import { alternativeNameKinds, getKindRow } from './alternative-name-kinds.ts';
import { findPatternFault, type NameRule } from './name-rule.ts';
import { getAttributeRow, knownAttributes } from './subject-attributes.ts';

/** Characters of a challenge's name. */
const maxNameCharacters = 64;

/**
 * Claims of one counted challenge contend for its item (docs/decisions/015-transactions.md). A
 * larger fleet takes a static challenge.
 */
const maxUses = 1000;

/** Ten years. A challenge that has to live longer is made without an end. */
const maxLifetimeSeconds = 10 * 365 * 86_400;

/** An item of DynamoDB has room for more, but a longer list is unreadable. */
const maxConstraintBytes = 4096;
const maxPatterns = 20;
const maxPatternCharacters = 256;

/** The longest life of a certificate that a challenge may state, in days: ten years. */
const maxValidityDays = 3650;

/** The sentence for a broken bound; undefined where the value keeps it. */
type Fault = string | undefined;

/** Of a challenge's name. */
export const findNameFault = (name: string): Fault =>
  name.length <= maxNameCharacters && /^\P{C}+$/u.test(name)
    ? undefined
    : `1 to ${maxNameCharacters} printable characters`;

/** Of how many certificates a challenge is good for. */
export const findUsesFault = (uses: number): Fault =>
  isWithin(uses, maxUses)
    ? undefined
    : `a whole number from 1 to ${maxUses}; a static challenge has no limit`;

/** Of when a challenge ends. */
export const findExpiryFault = (seconds: number, nowSeconds: number): Fault =>
  isWithin(seconds - nowSeconds, maxLifetimeSeconds)
    ? undefined
    : 'epoch seconds, in the future and within ten years';

const isWithin = (value: number, max: number): boolean =>
  Number.isInteger(value) && value >= 1 && value <= max;

/** Patterns by the name of an attribute or of a kind of alternative name. */
type Patterns = Readonly<Record<string, readonly string[]>>;

/**
 * Restricts what one challenge may be used for: exact values or patterns (pattern.ts). It never
 * widens the profile. A challenge that is limited to names is limited in all names.
 */
export interface ChallengeConstraints {
  /**
   * An attribute that is named must be in the request, and every value of it match one of these.
   * Attributes that name the holder are refused unless they are named here. Absent beside
   * `alternativeNames`: the CN must be one of those names.
   */
  readonly subject?: Patterns;
  /**
   * Only these kinds may be requested, and every name of a kind must match one of its patterns.
   * Absent beside `subject`: no alternative name may be requested.
   */
  readonly alternativeNames?: Patterns;
  /** The longest life of a certificate, in days; the profile's where that is shorter. */
  readonly validityDays?: number;
}

/** A broken bound of the constraints, and the member that breaks it. */
export interface ConstraintFault {
  readonly part: keyof ChallengeConstraints;
  readonly fault: string;
}

/**
 * The first fault of a challenge's constraints. A constraint that no request can meet is a mistake:
 * a name that is not in the table, a list without patterns, a pattern that no value matches.
 */
export function findConstraintsFault(
  constraints: ChallengeConstraints,
): ConstraintFault | undefined {
  const { subject, alternativeNames, validityDays } = constraints;
  const bytes = Buffer.byteLength(JSON.stringify(constraints));
  const faults: Readonly<Record<keyof ChallengeConstraints, Fault>> = {
    subject: subject && faultOfSubject(subject),
    alternativeNames: alternativeNames && faultOfPatterns(alternativeNames, getKindRow, kindList),
    validityDays:
      validityDays === undefined || isWithin(validityDays, maxValidityDays)
        ? undefined
        : `a whole number of days from 1 to ${maxValidityDays}`,
  };
  const part = (Object.keys(faults) as (keyof ChallengeConstraints)[]).find((one) => faults[one]);
  if (part !== undefined) return { part, fault: faults[part] ?? '' };
  if (bytes <= maxConstraintBytes) return undefined;
  const tooManyIn = subject === undefined ? 'alternativeNames' : 'subject';
  return { part: tooManyIn, fault: `${maxConstraintBytes} bytes at most, all limits together` };
}

/** A limit on the subject without an attribute allows no subject. */
const faultOfSubject = (subject: NonNullable<ChallengeConstraints['subject']>): Fault =>
  Object.keys(subject).length === 0
    ? `name an attribute: ${attributeList}`
    : faultOfPatterns(subject, getAttributeRow, attributeList);

const kindList = alternativeNameKinds.join(', ');
const attributeList = `${knownAttributes.join(', ')}, or an OID`;

function faultOfPatterns(
  patterns: Readonly<Record<string, readonly string[]>>,
  ruleOf: (name: string) => NameRule | undefined,
  known: string,
): Fault {
  for (const [name, list] of Object.entries(patterns)) {
    const rule = ruleOf(name);
    if (rule === undefined) return `only ${known}`;
    if (list.length === 0 || list.length > maxPatterns)
      return `${name} takes 1 to ${maxPatterns} patterns`;
    if (list.some((pattern) => pattern.length > maxPatternCharacters))
      return `${name} takes patterns of 1 to ${maxPatternCharacters} characters`;
    const fault = list.map((pattern) => findPatternFault(pattern, rule)).find(Boolean);
    if (fault !== undefined) return `${name}: ${fault}`;
  }
  return undefined;
}
