/**
 * The intrinsic functions of CloudFormation that CDK writes for this app. Any other is refused by
 * name.
 */
import { NotModelledError, pseudoParameters } from './template.ts';

/** Resolves references. Both methods refuse unknown names, with the place of the reference. */
export interface Scope {
  readonly reference: (logicalId: string, where: string) => string;
  readonly attribute: (logicalId: string, name: string, where: string) => string;
}

type Intrinsic = (argument: unknown, scope: Scope, where: string) => unknown;

/** Resolves every intrinsic in a value; `where` names its resource in errors. */
export const resolve = (value: unknown, scope: Scope, where: string): unknown => {
  if (Array.isArray(value)) return value.map((item) => resolve(item, scope, where));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const [only] = entries;
  if (only && entries.length === 1 && (only[0] === 'Ref' || only[0].startsWith('Fn::'))) {
    const intrinsic = Object.hasOwn(intrinsics, only[0]) ? intrinsics[only[0]] : undefined;
    if (!intrinsic) throw new NotModelledError(`${where}: the intrinsic ${only[0]}`);
    return intrinsic(only[1], scope, where);
  }
  return Object.fromEntries(entries.map(([key, item]) => [key, resolve(item, scope, where)]));
};

const resolveList = (argument: unknown, scope: Scope, where: string): readonly unknown[] => {
  const resolved = resolve(argument, scope, where);
  if (Array.isArray(resolved)) return resolved;
  throw new Error(`${where}: the argument must be a list`);
};

const reference = (name: string, scope: Scope, where: string): string =>
  Object.hasOwn(pseudoParameters, name)
    ? pseudoParameters[name as keyof typeof pseudoParameters]
    : scope.reference(name, where);

/** Resolves `Logical.Attribute`; an attribute's name may itself contain a dot. */
const dotted = (text: string, scope: Scope, where: string): string => {
  const [logicalId = '', ...attribute] = text.split('.');
  return attribute.length > 0
    ? scope.attribute(logicalId, attribute.join('.'), where)
    : reference(text, scope, where);
};

const intrinsics: Readonly<Record<string, Intrinsic>> = {
  Ref: (argument, scope, where) => reference(String(argument), scope, where),
  'Fn::GetAtt': (argument, scope, where) =>
    dotted(Array.isArray(argument) ? argument.join('.') : String(argument), scope, where),
  'Fn::Join': (argument, scope, where) => {
    const [separator, parts] = resolveList(argument, scope, where);
    return (parts as readonly unknown[]).join(String(separator));
  },
  'Fn::Select': (argument, scope, where) => {
    const [index, values] = resolveList(argument, scope, where);
    return (values as readonly unknown[])[Number(index)];
  },
  'Fn::Split': (argument, scope, where) => {
    const [separator, text] = resolveList(argument, scope, where);
    return String(text).split(String(separator));
  },
  'Fn::Sub': (argument, scope, where) => {
    const [pattern, variables] = Array.isArray(argument)
      ? [String(argument[0]), resolve(argument[1], scope, where) as Record<string, unknown>]
      : [String(argument), {}];
    return pattern.replaceAll(/\$\{(!?)([^}]+)\}/g, (_match, literal: string, name: string) => {
      if (literal) return `\${${name}}`;
      return Object.hasOwn(variables, name) ? String(variables[name]) : dotted(name, scope, where);
    });
  },
};
