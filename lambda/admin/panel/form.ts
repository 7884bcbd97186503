/** Reads and checks the forms. An error names the field and its rule. */
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

/** The choices for the lifetime of a new challenge, in seconds. */
export const lifetimes = {
  '1 hour': 3_600,
  '8 hours': 8 * 3_600,
  '1 day': daySeconds,
  '7 days': 7 * daySeconds,
  '30 days': 30 * daySeconds,
  '90 days': 90 * daySeconds,
  '1 year': 365 * daySeconds,
} as const;

/** The choices for the time in which the old password stays valid after a rotation, in seconds. */
export const overlaps = {
  'no time': 0,
  '1 hour': 3_600,
  '1 day': daySeconds,
  '7 days': 7 * daySeconds,
  '30 days': 30 * daySeconds,
} as const;

/** The choice of no expiry. */
export const never = 'never';

const createFault = (message: string): AdminFault => new AdminFault('ValidationException', message);

/** Reads the terms of a new challenge. Throws `ValidationException` for an invalid field. */
export function readTerms(form: Form, nowSeconds: number): ChallengeTerms {
  const name = (form.name ?? '').trim();
  const nameFault = name === '' ? undefined : findNameFault(name);
  if (nameFault !== undefined) throw createFault(`Name: ${nameFault}`);
  const maxUses = readMaxUses(form);
  const lifetime = form.lifetime ?? '';
  if (lifetime !== never && !Object.hasOwn(lifetimes, lifetime))
    throw createFault('Valid for: choose a time from the list');
  const constraints = readConstraints(form);
  return {
    ...(name !== '' && { name }),
    ...(maxUses !== undefined && { maxUses }),
    ...(lifetime !== never && {
      expiresAtSeconds: roundUp(nowSeconds + lifetimes[lifetime as keyof typeof lifetimes]),
    }),
    ...(constraints !== undefined && { constraints }),
  };
}

/**
 * Rounds up to whole five minutes, so that a button that is pressed twice makes the same request
 * (actions.ts, `deriveToken`).
 */
const roundUp = (seconds: number): number => Math.ceil(seconds / 300) * 300;

function readMaxUses({ kind, uses = '' }: Form): number | undefined {
  if (kind === 'static') return undefined;
  if (kind === 'one-time') return 1;
  if (kind !== 'limited') throw createFault('Kind: choose one of the three');
  const maxUses = /^\d{1,4}$/.test(uses.trim()) ? Number(uses) : 0;
  const fault = findUsesFault(maxUses);
  if (fault !== undefined) throw createFault(`Devices: ${fault}`);
  return maxUses;
}

/** The panel's field for each constraint. */
const fields: Readonly<Record<ConstraintFault['part'], string>> = {
  subject: 'Subject',
  alternativeNames: 'Alternative names',
  validityDays: 'Certificate validity in days',
};

function readConstraints(form: Form): ChallengeConstraints | undefined {
  const subject = readPatterns(form.subject, '=', `${fields.subject}: lines such as CN=ipad-*`);
  const alternativeNames = readPatterns(
    form.alternativeNames,
    ':',
    `${fields.alternativeNames}: lines such as dns:*.example.com; the kinds are ${alternativeNameKinds.join(', ')}`,
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
  if (broken !== undefined) throw createFault(`${fields[broken.part]}: ${broken.fault}`);
  return constraints;
}

/**
 * Reads lines of a name, a separator and a pattern, and groups the patterns by name. Returns
 * undefined for an empty text.
 */
function readPatterns(
  text: string | undefined,
  separator: string,
  rule: string,
): Readonly<Record<string, readonly string[]>> | undefined {
  const lines = (text ?? '').split(/\r?\n/).map((line) => line.trim());
  const filled = lines.filter((line) => line !== '');
  const patterns = new Map<string, string[]>();
  for (const line of filled) {
    const at = line.indexOf(separator);
    const [name, value] = [line.slice(0, at).trim(), line.slice(at + 1).trim()];
    if (at < 1 || value === '') throw createFault(rule);
    patterns.set(name, [...(patterns.get(name) ?? []), value]);
  }
  return filled.length > 0 ? Object.fromEntries(patterns) : undefined;
}

/** Reads the overlap of a rotation. Throws `ValidationException` for a time outside the list. */
export function readOverlapSeconds({ overlap = '' }: Form): number {
  if (Object.hasOwn(overlaps, overlap)) return overlaps[overlap as keyof typeof overlaps];
  throw createFault('Old password: choose a time from the list');
}

/** Reads the search text. Throws `ValidationException` for a text that no name can contain. */
export function readSearchText({ find = '' }: Form): string {
  const text = find.trim();
  if (/^[\P{C}]{1,256}$/u.test(text)) return text;
  throw createFault('Find: a part of a name, an id or an ARN, at most 256 characters');
}
