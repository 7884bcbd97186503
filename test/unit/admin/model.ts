/** AWS's model of its SCEP connector, and a check of values against it. */
import { readFileSync } from 'node:fs';
import type { Shape as ModelShape } from '../../../lib/local/emulators/service-model.ts';

interface Shape extends ModelShape {
  readonly error?: { readonly httpStatusCode: number };
}

interface Operation {
  readonly http: {
    readonly method: string;
    readonly requestUri: string;
    readonly responseCode: number;
  };
  readonly output?: { readonly shape: string };
  readonly errors: readonly { readonly shape: string }[];
}

export interface Model {
  readonly operations: Readonly<Record<string, Operation>>;
  readonly shapes: Readonly<Record<string, Shape>>;
}

const path = new URL('../../../models/aws/pca-connector-scep.json', import.meta.url);

/** The project's copy of the model. */
export const awsModel: Model = JSON.parse(readFileSync(path, 'utf8'));

/** Members that AWS's model does not have. */
const ours = new Set(['ConnectorId', 'Constraints', 'ExpiresAt', 'MaxUses', 'Name', 'UsesLeft']);

/** The deviations of a value from a shape, except our additional members. */
export function faultsOf(
  model: Model,
  shapeName: string,
  value: unknown,
  at = shapeName,
): string[] {
  const shape = model.shapes[shapeName];
  if (shape === undefined) return [`${at}: no shape ${shapeName}`];
  const check = checks[shape.type];
  return check ? check(model, shape, value, at) : [`${at}: ${shape.type} is not checked`];
}

type Check = (model: Model, shape: Shape, value: unknown, at: string) => string[];

const checks: Readonly<Record<string, Check>> = {
  structure: (model, { members = {}, required = [] }, value, at) => {
    if (typeof value !== 'object' || value === null) return [`${at}: not an object`];
    const missing = required.filter((name) => !Object.hasOwn(value, name));
    return [
      ...missing.map((name) => `${at}.${name}: missing`),
      ...Object.entries(value).flatMap(([name, item]) => {
        const member = members[name];
        if (member) return faultsOf(model, member.shape, item, `${at}.${name}`);
        return ours.has(name) ? [] : [`${at}.${name}: no such member`];
      }),
    ];
  },
  list: (model, { member }, value, at) =>
    Array.isArray(value)
      ? value.flatMap((item, index) =>
          faultsOf(model, member?.shape ?? '', item, `${at}[${index}]`),
        )
      : [`${at}: not a list`],
  map: (_model, _shape, value, at) =>
    Object.values(value as object).every((item) => typeof item === 'string')
      ? []
      : [`${at}: not a map of strings`],
  string: (_model, { min = 0, max = 1e9, pattern, ...shape }, value, at) => {
    if (typeof value !== 'string') return [`${at}: not a string`];
    if (value.length < min || value.length > max) return [`${at}: ${value.length} characters`];
    if (shape.enum && !shape.enum.includes(value)) return [`${at}: not in the enumeration`];
    const matches = !pattern || new RegExp(`^(?:${pattern})$`).test(value);
    return matches ? [] : [`${at}: does not match ${pattern}`];
  },
  timestamp: (_model, _shape, value, at) =>
    typeof value === 'number' ? [] : [`${at}: not epoch seconds`],
};
