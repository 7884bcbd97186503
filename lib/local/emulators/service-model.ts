/**
 * What a service's front door refuses by its model (models/aws): missing members, lengths,
 * patterns, enumerations and types, before the operation itself looks at a request.
 */
import { readFileSync } from 'node:fs';
import { AwsError, type Json, type Operation } from './aws-service.ts';

/** A shape of botocore's format, as far as values are checked by it. */
export interface Shape {
  readonly type: string;
  readonly required?: readonly string[];
  readonly members?: Readonly<Record<string, { readonly shape: string }>>;
  readonly member?: { readonly shape: string };
  readonly enum?: readonly string[];
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: string;
}

/** Operations and shapes by name. */
export interface ServiceModel {
  readonly operations: Readonly<Record<string, { readonly input?: { readonly shape: string } }>>;
  readonly shapes: Readonly<Record<string, Shape>>;
}

/** The project's copy of a service's model, by the name of its file. */
export const readServiceModel = (fileName: string): ServiceModel =>
  JSON.parse(readFileSync(new URL(`../../../models/aws/${fileName}`, import.meta.url), 'utf8'));

/** The operations, each behind the checks of its input. */
export const applyModel = (
  operations: Readonly<Record<string, Operation>>,
  model: ServiceModel,
): Record<string, Operation> =>
  Object.fromEntries(
    Object.entries(operations).map(([name, run]) => {
      const shape = model.operations[name]?.input?.shape;
      if (shape === undefined) throw new Error(`the model has no operation ${name}`);
      const checked: Operation = (input) => {
        refuseFaults(model, shape, input);
        return run(input);
      };
      return [name, checked];
    }),
  );

/**
 * Refuses a value that its shape does not allow: `SerializationException` for a type,
 * `ValidationException` for everything else, in AWS's words and without the value. The service
 * ignores unknown members; here they are refused, since each is a spelling mistake of the caller.
 */
export const refuseFaults = (model: ServiceModel, shapeName: string, value: unknown): void => {
  const faults = faultsOf(model, shapeName, value, '');
  const wrongType = faults.find(({ isType }) => isType);
  if (wrongType) throw new AwsError('SerializationException', wrongType.text);
  if (faults.length === 0) return;
  const count = faults.length === 1 ? '1 validation error' : `${faults.length} validation errors`;
  const texts = faults.map(({ text }) => text).join('; ');
  throw new AwsError('ValidationException', `${count} detected: ${texts}`);
};

interface Fault {
  readonly isType: boolean;
  readonly text: string;
}

const violated = (at: string, constraint: string): Fault => ({
  isType: false,
  text: `Value at '${at}' failed to satisfy constraint: Member must ${constraint}`,
});

const mistyped = (at: string, type: string): Fault[] => [
  { isType: true, text: `'${at}' is not a ${type}` },
];

const faultsOf = (model: ServiceModel, shapeName: string, value: unknown, at: string): Fault[] => {
  const shape = model.shapes[shapeName];
  const check = shape && checks[shape.type];
  if (!shape || !check) throw new Error(`the shape ${shapeName} of the model is not known here`);
  return check(model, shape, value, at);
};

type Check = (model: ServiceModel, shape: Shape, value: unknown, at: string) => Fault[];

const structure: Check = (model, { members = {}, required = [] }, value, at) => {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return mistyped(at, 'structure');
  const given = Object.entries(value as Json).filter(([, item]) => item !== undefined);
  const names = new Set(given.map(([name]) => name));
  return [
    ...required
      .filter((name) => !names.has(name))
      .map((name) => violated(below(at, name), 'not be null')),
    ...given.flatMap(([name, item]) => {
      const member = Object.hasOwn(members, name) ? members[name] : undefined;
      const place = below(at, name);
      return member
        ? faultsOf(model, member.shape, item, place)
        : [violated(place, 'be one of the model')];
    }),
  ];
};

/** AWS names members in lower camel case, and the members of a list from 1 on. */
const below = (at: string, name: string): string => {
  const own = `${name.charAt(0).toLowerCase()}${name.slice(1)}`;
  return at === '' ? own : `${at}.${own}`;
};

const list: Check = (model, shape, value, at) => {
  if (!Array.isArray(value)) return mistyped(at, 'list');
  const member = shape.member?.shape ?? '';
  return [
    ...lengthFaults(value.length, shape, at),
    ...value.flatMap((item, index) => faultsOf(model, member, item, `${at}.${index + 1}.member`)),
  ];
};

const lengthFaults = (length: number, { min, max }: Shape, at: string): Fault[] => [
  ...(min !== undefined && length < min
    ? [violated(at, `have length greater than or equal to ${min}`)]
    : []),
  ...(max !== undefined && length > max
    ? [violated(at, `have length less than or equal to ${max}`)]
    : []),
];

/** Smithy counts the characters of a string, not its UTF-16 units; a pattern covers all of it. */
const text: Check = (_model, shape, value, at) => {
  if (typeof value !== 'string') return mistyped(at, 'string');
  const { pattern, enum: values } = shape;
  return [
    ...lengthFaults([...value].length, shape, at),
    ...(pattern !== undefined && !patternOf(pattern).test(value)
      ? [violated(at, `satisfy regular expression pattern: ${pattern}`)]
      : []),
    ...(values && !values.includes(value)
      ? [violated(at, `satisfy enum value set: [${values.join(', ')}]`)]
      : []),
  ];
};

const patterns = new Map<string, RegExp>();

const patternOf = (pattern: string): RegExp => {
  const known = patterns.get(pattern);
  if (known) return known;
  const compiled = new RegExp(`^(?:${pattern})$`);
  patterns.set(pattern, compiled);
  return compiled;
};

const blob: Check = (_model, shape, value, at) =>
  typeof value === 'string'
    ? lengthFaults(Buffer.from(value, 'base64').length, shape, at)
    : mistyped(at, 'blob');

const wholeNumber: Check = (_model, { min, max }, value, at) => {
  if (!Number.isSafeInteger(value)) return mistyped(at, 'whole number');
  const number = Number(value);
  return [
    ...(min !== undefined && number < min
      ? [violated(at, `have value greater than or equal to ${min}`)]
      : []),
    ...(max !== undefined && number > max
      ? [violated(at, `have value less than or equal to ${max}`)]
      : []),
  ];
};

const checks: Readonly<Record<string, Check>> = {
  structure,
  list,
  string: text,
  blob,
  integer: wholeNumber,
  long: wholeNumber,
  boolean: (_model, _shape, value, at) =>
    typeof value === 'boolean' ? [] : mistyped(at, 'boolean'),
  timestamp: (_model, _shape, value, at) =>
    Number.isFinite(value) ? [] : mistyped(at, 'timestamp'),
};
