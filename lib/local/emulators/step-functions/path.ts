/** Reference paths: `$`, `$.member.member`. Every other JSONPath is refused. */
import { createRuntimeError } from './state-error.ts';

type Members = Readonly<Record<string, unknown>>;

const pattern = /^\$(?:\.[A-Za-z_][\w-]*)*$/;

/** Whether a path is modelled. */
export const isKnownPath = (path: unknown): boolean =>
  typeof path === 'string' && pattern.test(path);

/** The value at a path; undefined if there is no value. */
export const findPath = (value: unknown, path: string): unknown =>
  splitPath(path).reduce<unknown>(
    (at, name) => (isObject(at) && Object.hasOwn(at, name) ? at[name] : undefined),
    value,
  );

/** The value at a path; throws States.Runtime if there is no value. */
export const readPath = (value: unknown, path: string): unknown => {
  const found = findPath(value, path);
  if (found !== undefined) return found;
  throw createRuntimeError(`The path '${path}' is not in the input ${JSON.stringify(value)}`);
};

/**
 * Puts a result into the input at a path: `null` keeps the input; `$` and an omitted path replace
 * it.
 */
export const putResult = (
  input: unknown,
  result: unknown,
  path: string | null | undefined = '$',
): unknown => (path === null ? input : putAt(input, splitPath(path), result));

const putAt = (value: unknown, [name, ...rest]: readonly string[], result: unknown): unknown => {
  if (name === undefined) return result;
  const members = isObject(value) ? value : {};
  return { ...members, [name]: putAt(members[name], rest, result) };
};

/** The selection of InputPath and OutputPath: `null` selects an empty object. */
export const selectPath = (value: unknown, path: string | null | undefined = '$'): unknown =>
  path === null ? {} : readPath(value, path);

/**
 * Fills a payload template. A member whose name ends in `.$` takes its value from the path that it
 * names.
 */
export const fillTemplate = (template: unknown, input: unknown): unknown => {
  if (Array.isArray(template)) return template.map((item) => fillTemplate(item, input));
  if (!isObject(template)) return template;
  return Object.fromEntries(
    Object.entries(template).map(([name, value]) =>
      name.endsWith('.$')
        ? [name.slice(0, -2), readPath(input, String(value))]
        : [name, fillTemplate(value, input)],
    ),
  );
};

/** The paths of a payload template. */
export const listTemplatePaths = (template: unknown): unknown[] => {
  if (Array.isArray(template)) return template.flatMap(listTemplatePaths);
  if (!isObject(template)) return [];
  return Object.entries(template).flatMap(([name, value]) =>
    name.endsWith('.$') ? [value] : listTemplatePaths(value),
  );
};

const splitPath = (path: string): string[] => path.split('.').slice(1);

const isObject = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
