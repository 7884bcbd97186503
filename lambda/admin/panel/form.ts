/** Checks the forms: each field has its own rule, and a fault names the field. */
import { alternativeNameKinds } from '../../names/alternative-name-kinds.ts';
import {
  type ConstraintFault,
  findConstraintsFault,
  findNameFault,
  findUsesFault,
} from '../../names/challenge-limits.ts';
import type { ChallengeConstraints, ChallengeTerms } from '../administration.ts';
import { AdminFault } from '../api/fault.ts';

type Form = Readonly<Record<string, string>>;

const daySeconds = 86_400;

/**
 * How long a new challenge may be good for, and how long an old one after its rotation, in seconds.
 */
export const lifetimes = {
  '1 hour': 3_600,
  '8 hours': 8 * 3_600,
  '1 day': daySeconds,
  '7 days': 7 * daySeconds,
  '30 days': 30 * daySeconds,
  '90 days': 90 * daySeconds,
  '1 year': 365 * daySeconds,
} as const;

/** How long the old password stays valid when a challenge is rotated, in seconds. */
export const overlaps = {
  'ends at once': 0,
  '1 hour': 3_600,
  '1 day': daySeconds,
  '7 days': 7 * daySeconds,
  '30 days': 30 * daySeconds,
} as const;

/** The choice of no expiry. */
export const never = 'never';

const refused = (message: string): AdminFault => new AdminFault('ValidationException', message);

/** The terms of a new challenge; throws `AdminFault` with the field and its rule. */
export function readTerms(form: Form, nowSeconds: number): ChallengeTerms {
  const name = (form.name ?? '').trim();
  const nameFault = name === '' ? undefined : findNameFault(name);
  if (nameFault !== undefined) throw refused(`Name: ${nameFault}`);
  const maxUses = maxUsesOf(form);
  const lifetime = form.lifetime ?? '';
  if (lifetime !== never && !Object.hasOwn(lifetimes, lifetime))
    throw refused('Good for: choose one of the list');
  const constraints = constraintsOf(form);
  return {
    ...(name !== '' && { name }),
    ...(maxUses !== undefined && { maxUses }),
    ...(lifetime !== never && {
      expiresAtSeconds: roundedEnd(nowSeconds + lifetimes[lifetime as keyof typeof lifetimes]),
    }),
    ...(constraints !== undefined && { constraints }),
  };
}

/**
 * The next whole five minutes, so that a button that is pressed twice makes the same request
 * (actions.ts, `tokenOf`).
 */
const roundedEnd = (seconds: number): number => Math.ceil(seconds / 300) * 300;

function maxUsesOf({ kind, uses = '' }: Form): number | undefined {
  if (kind === 'static') return undefined;
  if (kind === 'one-time') return 1;
  if (kind !== 'limited') throw refused('Kind: choose one of the three');
  const maxUses = /^\d{1,4}$/.test(uses.trim()) ? Number(uses) : 0;
  const fault = findUsesFault(maxUses);
  if (fault !== undefined) throw refused(`Devices: ${fault}`);
  return maxUses;
}

/** The panel's word for each constraint. */
const fields: Readonly<Record<ConstraintFault['part'], string>> = {
  subject: 'Subject',
  alternativeNames: 'Alternative names',
  validityDays: 'Days',
};

function constraintsOf(form: Form): ChallengeConstraints | undefined {
  const subject = patternsOf(form.subject, '=', `${fields.subject}: lines such as CN=ipad-*`);
  const alternativeNames = patternsOf(
    form.alternativeNames,
    ':',
    `${fields.alternativeNames}: lines such as dns:*.example.com; ${alternativeNameKinds.join(', ')}`,
  );
  const days = (form.validityDays ?? '').trim();
  const validityDays = days === '' ? undefined : Number(/^\d{1,4}$/.test(days) ? days : 'NaN');
  if ((subject ?? alternativeNames ?? validityDays) === undefined) return undefined;
  const constraints = {
    ...(subject && { subject }),
    ...(alternativeNames && { alternativeNames }),
    ...(validityDays !== undefined && { validityDays }),
  };
  const broken = findConstraintsFault(constraints);
  if (broken !== undefined) throw refused(`${fields[broken.part]}: ${broken.fault}`);
  return constraints;
}

/** Lines of a name, a sign and a pattern, as the patterns of each name; undefined for no line. */
function patternsOf(
  text: string | undefined,
  sign: string,
  rule: string,
): Readonly<Record<string, readonly string[]>> | undefined {
  const lines = (text ?? '').split(/\r?\n/).map((line) => line.trim());
  const filled = lines.filter((line) => line !== '');
  const patterns = new Map<string, string[]>();
  for (const line of filled) {
    const at = line.indexOf(sign);
    const [name, value] = [line.slice(0, at).trim(), line.slice(at + 1).trim()];
    if (at < 1 || value === '') throw refused(rule);
    patterns.set(name, [...(patterns.get(name) ?? []), value]);
  }
  return filled.length > 0 ? Object.fromEntries(patterns) : undefined;
}

/** How long the old password stays good, in seconds; throws for what is not in the list. */
export function readOverlapSeconds({ overlap = '' }: Form): number {
  if (Object.hasOwn(overlaps, overlap)) return overlaps[overlap as keyof typeof overlaps];
  throw refused('Old password: choose one of the list');
}

/** The search term; throws for a text that no name can contain. */
export function readSearchText({ find = '' }: Form): string {
  const sought = find.trim();
  if (/^[\P{C}]{1,256}$/u.test(sought)) return sought;
  throw refused('Find: a part of a name, an id or an ARN, 256 characters at most');
}
