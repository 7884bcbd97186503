/**
 * Checks the wire values of AWS JSON against a service model in botocore's format. It is
 * independent of the emulators' own check, so that each checks the other.
 */
import { readFileSync } from 'node:fs';
import {
  AwsError,
  type AwsService,
  type Operation,
} from '../../../lib/local/emulators/aws-service.ts';
import type { Shape } from '../../../lib/local/emulators/service-model.ts';

interface OperationModel {
  readonly input?: { readonly shape: string };
  readonly output?: { readonly shape: string };
  readonly errors?: readonly { readonly shape: string }[];
}

/** A service model: operations and shapes by name. */
export interface ServiceModel {
  readonly operations: Readonly<Record<string, OperationModel>>;
  readonly shapes: Readonly<Record<string, Shape>>;
}

/** Reads the project's copy of a service model. */
export const loadServiceModel = (fileName: string): ServiceModel =>
  JSON.parse(readFileSync(new URL(`../../../models/aws/${fileName}`, import.meta.url), 'utf8'));

/** Lists the faults of a value; empty if it conforms to its shape. */
export const listFaults = (
  model: ServiceModel,
  shapeName: string,
  value: unknown,
  at = shapeName,
): string[] => {
  const shape = model.shapes[shapeName];
  if (!shape) return [`${at}: the model has no shape ${shapeName}`];
  const check = checks[shape.type];
  return check ? check(model, shape, value, at) : [`${at}: the type ${shape.type} is not checked`];
};

type Check = (model: ServiceModel, shape: Shape, value: unknown, at: string) => string[];

const checkSize = (size: number, { min, max }: Shape, at: string): string[] => [
  ...(min !== undefined && size < min ? [`${at}: ${size} is under ${min}`] : []),
  ...(max !== undefined && size > max ? [`${at}: ${size} is over ${max}`] : []),
];

const number: Check = (_model, shape, value, at) =>
  Number.isInteger(value) ? checkSize(Number(value), shape, at) : [`${at}: not an integer`];

const checks: Readonly<Record<string, Check>> = {
  structure: (model, { members = {}, required = [] }, value, at) => {
    if (typeof value !== 'object' || value === null) return [`${at}: not an object`];
    const entries = Object.entries(value).filter(([, item]) => item !== undefined);
    const names = new Set(entries.map(([name]) => name));
    return [
      ...required.filter((name) => !names.has(name)).map((name) => `${at}.${name}: missing`),
      ...entries.flatMap(([name, item]) => {
        const member = members[name];
        return member
          ? listFaults(model, member.shape, item, `${at}.${name}`)
          : [`${at}.${name}: no such member`];
      }),
    ];
  },
  list: (model, shape, value, at) => {
    if (!Array.isArray(value)) return [`${at}: not a list`];
    const items = value.flatMap((item, index) =>
      listFaults(model, shape.member?.shape ?? '', item, `${at}[${index}]`),
    );
    return [...checkSize(value.length, shape, at), ...items];
  },
  string: (_model, shape, value, at) => {
    if (typeof value !== 'string') return [`${at}: not a string`];
    const isListed = !shape.enum || shape.enum.includes(value);
    const isMatch = !shape.pattern || new RegExp(`^(?:${shape.pattern})$`, 's').test(value);
    return [
      // Smithy counts characters, not UTF-16 units.
      ...checkSize([...value].length, shape, at),
      ...(isListed ? [] : [`${at}: ${value} is not in the enumeration`]),
      ...(isMatch ? [] : [`${at}: does not match ${shape.pattern}`]),
    ];
  },
  blob: (_model, shape, value, at) => {
    if (typeof value !== 'string') return [`${at}: not base64`];
    return checkSize(Buffer.from(value, 'base64').length, shape, at);
  },
  boolean: (_model, _shape, value, at) =>
    typeof value === 'boolean' ? [] : [`${at}: not a boolean`],
  integer: number,
  long: number,
  timestamp: (_model, _shape, value, at) =>
    Number.isFinite(value) ? [] : [`${at}: not a timestamp`],
};

// Errors that any operation can return. The models omit them.
const commonErrors = new Set([
  'ThrottlingException',
  'ValidationException',
  'SerializationException',
]);

/**
 * Wraps a service, so that every accepted request, every output and every error is checked against
 * the model. A fault is an error that no caller expects.
 */
export const conforming = <Service extends AwsService>(
  service: Service,
  model: ServiceModel,
): Service => {
  const operations = Object.entries(service.operations).map(([name, run]) => [
    name,
    wrapOperation(model, name, run),
  ]);
  return { ...service, operations: Object.fromEntries(operations) };
};

const wrapOperation = (model: ServiceModel, name: string, run: Operation): Operation => {
  const { input: inputModel, output: outputModel, errors = [] } = model.operations[name] ?? {};
  return async (input) => {
    let output: unknown;
    try {
      output = await run(input);
    } catch (error) {
      const isKnown =
        error instanceof AwsError &&
        (commonErrors.has(error.code) || errors.some(({ shape }) => shape === error.code));
      if (isKnown) throw error;
      throw new Error(`${name} does not declare its error`, { cause: error });
    }
    const faults = [
      ...(inputModel ? listFaults(model, inputModel.shape, input) : []),
      ...(outputModel ? listFaults(model, outputModel.shape, output) : []),
    ];
    if (faults.length > 0) throw new Error(`${name} breaks the model:\n${faults.join('\n')}`);
    return output;
  };
};
