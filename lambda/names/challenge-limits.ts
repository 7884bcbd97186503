/**
 * The bounds of a challenge's terms, and an error text for each. The admin API, the panel and the
 * command line share them, and put their own name of the field before the text.
 */
import { alternativeNameKinds, getKindRow } from './alternative-name-kinds.ts';
import { findPatternFault, type NameRule } from './name-rule.ts';
import { getAttributeRow, knownAttributes } from './subject-attributes.ts';

/** The length of a challenge's name. */
const maxNameCharacters = 64;

/**
 * Enrolments with one counted challenge contend for its item (docs/decisions/015-transactions.md).
 * A larger fleet uses a static challenge.
 */
const maxUses = 1000;

/** Ten years. A challenge that must last longer has no expiry. */
const maxLifetimeSeconds = 10 * 365 * 86_400;

/** An item of DynamoDB can hold more, but a longer list cannot be reviewed. */
const maxConstraintBytes = 4096;
const maxPatterns = 20;
const maxPatternCharacters = 256;

/** The longest validity of a certificate that a challenge can set, in days: ten years. */
const maxValidityDays = 3650;

/** The error text of a value outside its bound; undefined for a valid value. */
type Fault = string | undefined;

/** Checks a challenge's name. */
export const findNameFault = (name: string): Fault =>
  name.length <= maxNameCharacters && /^\P{C}+$/u.test(name)
    ? undefined
    : `1 to ${maxNameCharacters} printable characters`;

/** Checks the number of uses of a challenge. */
export const findUsesFault = (uses: number): Fault =>
  isWithin(uses, maxUses)
    ? undefined
    : `a whole number from 1 to ${maxUses}; a static challenge has no limit`;

/** Checks the expiry of a challenge, in epoch seconds. */
export const findExpiryFault = (seconds: number, nowSeconds: number): Fault =>
  isWithin(seconds - nowSeconds, maxLifetimeSeconds)
    ? undefined
    : 'epoch seconds, in the future and within ten years';

const isWithin = (value: number, max: number): boolean =>
  Number.isInteger(value) && value >= 1 && value <= max;

/** Patterns by attribute or by kind of alternative name. */
type Patterns = Readonly<Record<string, readonly string[]>>;

/**
 * The limits of one challenge: exact values or patterns (policy/pattern.ts). They never widen the
 * profile. A challenge with a limit on some names refuses all names outside its limits.
 */
export interface ChallengeConstraints {
  /**
   * A listed attribute must be in the request, and each of its values must match one of its
   * patterns. Attributes that name the holder are refused unless they are listed. If omitted beside
   * `alternativeNames`, the CN must be one of those names.
   */
  readonly subject?: Patterns;
  /**
   * Only these kinds can be requested, and every name of a kind must match one of its patterns. If
   * omitted beside `subject`, every alternative name is refused.
   */
  readonly alternativeNames?: Patterns;
  /** The longest validity of a certificate, in days. The profile's applies if it is shorter. */
  readonly validityDays?: number;
}

/** An invalid member of the constraints, and its error text. */
export interface ConstraintFault {
  readonly part: keyof ChallengeConstraints;
  readonly fault: string;
}

/**
 * The first fault of a challenge's constraints; undefined if they are valid. A constraint that no
 * request can meet is a fault: an unknown name, a list without patterns, a pattern that matches no
 * valid value.
 */
export function findConstraintsFault(
  constraints: ChallengeConstraints,
): ConstraintFault | undefined {
  const { subject, alternativeNames, validityDays } = constraints;
  const bytes = Buffer.byteLength(JSON.stringify(constraints));
  const faults: Readonly<Record<keyof ChallengeConstraints, Fault>> = {
    subject: subject && findSubjectFault(subject),
    alternativeNames: alternativeNames && findPatternsFault(alternativeNames, getKindRow, kindList),
    validityDays:
      validityDays === undefined || isWithin(validityDays, maxValidityDays)
        ? undefined
        : `a whole number of days from 1 to ${maxValidityDays}`,
  };
  const part = (Object.keys(faults) as (keyof ChallengeConstraints)[]).find((one) => faults[one]);
  if (part !== undefined) return { part, fault: faults[part] ?? '' };
  if (bytes <= maxConstraintBytes) return undefined;
  const oversized = subject === undefined ? 'alternativeNames' : 'subject';
  return { part: oversized, fault: `${maxConstraintBytes} bytes at most, all limits together` };
}

/** A limit on the subject needs an attribute, because an empty one refuses every subject. */
const findSubjectFault = (subject: NonNullable<ChallengeConstraints['subject']>): Fault =>
  Object.keys(subject).length === 0
    ? `name an attribute: ${attributeList}`
    : findPatternsFault(subject, getAttributeRow, attributeList);

const kindList = alternativeNameKinds.join(', ');
const attributeList = `${knownAttributes.join(', ')}, or an OID`;

function findPatternsFault(
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
