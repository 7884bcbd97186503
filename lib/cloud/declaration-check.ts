/**
 * Checks of declared values, for callers without type checks (JavaScript, `as never`). They
 * run at synthesis only. Ranges are checked where the value is used.
 */
import { DeclarationError } from './declaration-error.ts';

/** Refuses a value that does not fit; `path` names it in the message. */
export type Check = (value: unknown, path: string) => void;

/** Refuses a value; the message names the member, the value and what is allowed. */
const refuse = (path: string, value: unknown, allowed: string): never => {
  throw new DeclarationError('badDeclaration', `${path} is ${toShown(value)}. Give ${allowed}.`);
};

const maxShownCharacters = 120;

function toShown(value: unknown): string {
  if (typeof value === 'function') return 'a function';
  const text = typeof value === 'object' ? toJson(value) : undefined;
  return (text ?? (typeof value === 'string' ? `"${value}"` : String(value))).slice(
    0,
    maxShownCharacters,
  );
}

/** Undefined for an object that JSON cannot hold, such as a construct. */
function toJson(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return 'an object';
  }
}

const typed =
  (type: 'boolean' | 'string' | 'number', allowed: string): Check =>
  (value, path) => {
    if (typeof value !== type || Number.isNaN(value)) refuse(path, value, allowed);
  };

export const isBoolean = typed('boolean', 'true or false');
export const isText = typed('string', 'a text');
export const isNumber = typed('number', 'a number');

/** A Duration of CDK, of whichever copy of it the caller has. */
export const isDuration: Check = (value, path) => {
  if (typeof (value as { readonly toSeconds?: unknown } | null)?.toSeconds !== 'function')
    refuse(path, value, 'a Duration, such as Duration.days(7)');
};

/** For members that are checked elsewhere, such as constructs. */
export const isObject: Check = (value, path) => {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    refuse(path, value, 'an object');
};

/** One of these texts. */
export const isOneOf =
  (...allowed: readonly string[]): Check =>
  (value, path) => {
    if (!allowed.includes(value as string)) refuse(path, value, `one of ${allowed.join(', ')}`);
  };

/** A list whose every element fits. */
export const isListOf =
  (element: Check): Check =>
  (value, path) => {
    if (!Array.isArray(value)) return refuse(path, value, 'a list');
    for (const [at, each] of value.entries()) element(each, `${path}[${at}]`);
  };

/** An object whose every value fits. Its names are checked elsewhere. */
export const isRecordOf =
  (element: Check): Check =>
  (value, path) => {
    isObject(value, path);
    for (const [name, each] of Object.entries(value as object))
      if (each !== undefined) element(each, `${path}.${name}`);
  };

/**
 * An object with these members and no others. A member that is undefined counts as left out, which
 * the required ones may not be.
 */
export const hasMembers =
  (members: Readonly<Record<string, Check>>, required: readonly string[] = []): Check =>
  (value, path) => {
    isObject(value, path);
    for (const name of required)
      if ((value as Readonly<Record<string, unknown>>)[name] === undefined)
        throw new DeclarationError('badDeclaration', `${toPath(path, name)} is missing.`);
    for (const [name, each] of Object.entries(value as object)) {
      const at = toPath(path, name);
      const check = Object.hasOwn(members, name) ? members[name] : undefined;
      if (check === undefined) refuseMember(at, name, Object.keys(members));
      else if (each !== undefined) check(each, at);
    }
  };

const toPath = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`);

function refuseMember(path: string, name: string, known: readonly string[]): never {
  const meant = known.find((one) => one.toLowerCase() === name.toLowerCase());
  throw new DeclarationError(
    'badDeclaration',
    `${path} is not a member. ${meant ? `Did you mean ${meant}? ` : ''}The members are ${known.join(', ')}.`,
  );
}

/** One check for values that match, and another one for the rest. */
export const isEither =
  (matches: (value: unknown) => boolean, then: Check, otherwise: Check): Check =>
  (value, path) =>
    (matches(value) ? then : otherwise)(value, path);
