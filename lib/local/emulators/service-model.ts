/**
 * Checks a request against the service model (models/aws) before its operation runs: missing
 * members, lengths, patterns, enumerations and types.
 */
import { readFileSync } from 'node:fs';
import { AwsError, type Json, type Operation } from './aws-service.ts';

/** A shape in botocore's format, with the parts that restrict values. */
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

/** Reads the project's copy of a service model from models/aws. */
export const readServiceModel = (fileName: string): ServiceModel =>
  JSON.parse(readFileSync(new URL(`../../../models/aws/${fileName}`, import.meta.url), 'utf8'));

/**
 * Wraps each operation, so that its input is checked first. Throws if the model has no such
 * operation.
 */
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
 * Refuses a value that its shape does not allow. A wrong type is a `SerializationException`, and
 * everything else a `ValidationException`. The messages are those of AWS, without the value. The
 * service ignores unknown members. They are refused here, since each is a spelling mistake of the
 * caller.
 */
export const refuseFaults = (model: ServiceModel, shapeName: string, value: unknown): void => {
  const faults = findFaults(model, shapeName, value, '');
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

const createViolation = (at: string, constraint: string): Fault => ({
  isType: false,
  text: `Value at '${at}' failed to satisfy constraint: Member must ${constraint}`,
});

const createTypeFault = (at: string, type: string): Fault[] => [
  { isType: true, text: `'${at}' is not a ${type}` },
];

const findFaults = (
  model: ServiceModel,
  shapeName: string,
  value: unknown,
  at: string,
): Fault[] => {
  const shape = model.shapes[shapeName];
  const check = shape && checks[shape.type];
  if (!shape || !check)
    throw new Error(`the shape ${shapeName} of the model is not supported here`);
  return check(model, shape, value, at);
};

type Check = (model: ServiceModel, shape: Shape, value: unknown, at: string) => Fault[];

const structure: Check = (model, { members = {}, required = [] }, value, at) => {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return createTypeFault(at, 'structure');
  const given = Object.entries(value as Json).filter(([, item]) => item !== undefined);
  const names = new Set(given.map(([name]) => name));
  return [
    ...required
      .filter((name) => !names.has(name))
      .map((name) => createViolation(formatPlace(at, name), 'not be null')),
    ...given.flatMap(([name, item]) => {
      const member = Object.hasOwn(members, name) ? members[name] : undefined;
      const place = formatPlace(at, name);
      return member
        ? findFaults(model, member.shape, item, place)
        : [createViolation(place, 'be one of the model')];
    }),
  ];
};

/**
 * Formats the place of a member as AWS does, in lower camel case. Items of a list are counted from
 * 1.
 */
const formatPlace = (at: string, name: string): string => {
  const own = `${name.charAt(0).toLowerCase()}${name.slice(1)}`;
  return at === '' ? own : `${at}.${own}`;
};

const list: Check = (model, shape, value, at) => {
  if (!Array.isArray(value)) return createTypeFault(at, 'list');
  const member = shape.member?.shape ?? '';
  return [
    ...findLengthFaults(value.length, shape, at),
    ...value.flatMap((item, index) => findFaults(model, member, item, `${at}.${index + 1}.member`)),
  ];
};

const findLengthFaults = (length: number, { min, max }: Shape, at: string): Fault[] => [
  ...(min !== undefined && length < min
    ? [createViolation(at, `have length greater than or equal to ${min}`)]
    : []),
  ...(max !== undefined && length > max
    ? [createViolation(at, `have length less than or equal to ${max}`)]
    : []),
];

/**
 * Smithy counts the characters of a string, not its UTF-16 units. A pattern covers the whole
 * string.
 */
const text: Check = (_model, shape, value, at) => {
  if (typeof value !== 'string') return createTypeFault(at, 'string');
  const { pattern, enum: values } = shape;
  return [
    ...findLengthFaults([...value].length, shape, at),
    ...(pattern !== undefined && !compilePattern(pattern).test(value)
      ? [createViolation(at, `satisfy regular expression pattern: ${pattern}`)]
      : []),
    ...(values && !values.includes(value)
      ? [createViolation(at, `satisfy enum value set: [${values.join(', ')}]`)]
      : []),
  ];
};

const patterns = new Map<string, RegExp>();

const compilePattern = (pattern: string): RegExp => {
  const known = patterns.get(pattern);
  if (known) return known;
  const compiled = new RegExp(`^(?:${pattern})$`);
  patterns.set(pattern, compiled);
  return compiled;
};

const blob: Check = (_model, shape, value, at) =>
  typeof value === 'string'
    ? findLengthFaults(Buffer.from(value, 'base64').length, shape, at)
    : createTypeFault(at, 'blob');

const wholeNumber: Check = (_model, { min, max }, value, at) => {
  if (!Number.isSafeInteger(value)) return createTypeFault(at, 'whole number');
  const number = Number(value);
  return [
    ...(min !== undefined && number < min
      ? [createViolation(at, `have value greater than or equal to ${min}`)]
      : []),
    ...(max !== undefined && number > max
      ? [createViolation(at, `have value less than or equal to ${max}`)]
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
    typeof value === 'boolean' ? [] : createTypeFault(at, 'boolean'),
  timestamp: (_model, _shape, value, at) =>
    Number.isFinite(value) ? [] : createTypeFault(at, 'timestamp'),
};
