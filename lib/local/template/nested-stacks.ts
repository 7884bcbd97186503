/**
 * Nested stacks, merged into the template of their parent. CloudFormation deploys a nested stack as
 * a stack of its own; its parameters and outputs only carry values between the two.
 */
import { NotModelledError, type Template, type TemplateResource } from './template.ts';

/** The CloudFormation type of a nested stack. */
const stackType = 'AWS::CloudFormation::Stack';

/** Reads the template that a `TemplateURL` names. */
export type ReadNested = (templateUrl: unknown, where: string) => Template;

/** The names of a nested template in the merged one. */
interface Merged {
  /** Logical ids of its resources: each has the nested stack's id before its own. */
  readonly ids: ReadonlyMap<string, string>;
  /** Values of its parameters, as the parent wrote them. */
  readonly parameters: Readonly<Record<string, unknown>>;
}

/**
 * Returns a template without nested stacks, in which their resources stand beside the parent's. A
 * dependency of a nested stack, or on one, becomes a dependency of its resources, or on them.
 * Refuses a reference to an output that the nested stack does not have.
 */
export const mergeNestedStacks = (template: Template, readNested: ReadNested): Template => {
  const outputs = new Map<string, unknown>();
  const resources: Record<string, TemplateResource> = {};
  const idsOfStacks = new Map<string, readonly string[]>();
  for (const [logicalId, resource] of Object.entries(template.Resources)) {
    if (resource.Type !== stackType) {
      resources[logicalId] = resource;
      continue;
    }
    const { TemplateURL, Parameters = {} } = resource.Properties ?? {};
    const nested = mergeNestedStacks(
      readNested(TemplateURL, `${logicalId} (${stackType})`),
      readNested,
    );
    const merged: Merged = {
      ids: new Map(Object.keys(nested.Resources).map((id) => [id, `${logicalId}${id}`])),
      parameters: Parameters as Readonly<Record<string, unknown>>,
    };
    idsOfStacks.set(logicalId, [...merged.ids.values()]);
    for (const [id, inner] of Object.entries(nested.Resources))
      resources[`${logicalId}${id}`] = {
        ...(rename(inner, merged) as TemplateResource),
        DependsOn: [
          ...listDependencies(resource),
          ...listDependencies(inner).map((each) => merged.ids.get(each) ?? each),
        ],
      };
    for (const [name, { Value }] of Object.entries(nested.Outputs ?? {}))
      outputs.set(`${logicalId}.Outputs.${name}`, rename(Value, merged));
  }
  for (const [logicalId, resource] of Object.entries(resources)) {
    const dependencies = listDependencies(resource).flatMap((id) => idsOfStacks.get(id) ?? id);
    if (dependencies.length > 0) resources[logicalId] = { ...resource, DependsOn: dependencies };
  }
  return {
    Resources: fillOutputs(resources, outputs) as Template['Resources'],
    ...(template.Outputs && {
      Outputs: fillOutputs(template.Outputs, outputs) as NonNullable<Template['Outputs']>,
    }),
  };
};

const listDependencies = ({ DependsOn = [] }: TemplateResource): readonly string[] =>
  [DependsOn].flat();

/** Replaces values of a nested template that name its own resources or parameters. */
const rename = (value: unknown, merged: Merged): unknown =>
  mapIntrinsics(value, (name, argument) => {
    if (name === 'Ref') return referenceIn(String(argument), merged);
    if (name === 'Fn::GetAtt') {
      const [logicalId = '', ...attribute] = partsOf(argument);
      return { 'Fn::GetAtt': [merged.ids.get(logicalId) ?? logicalId, attribute.join('.')] };
    }
    if (name === 'Fn::Sub' && typeof argument === 'string') return substitutionIn(argument, merged);
    return undefined;
  });

const referenceIn = (name: string, { ids, parameters }: Merged): unknown =>
  Object.hasOwn(parameters, name) ? parameters[name] : { Ref: ids.get(name) ?? name };

/** A parameter in the text becomes a variable of the substitution. */
const substitutionIn = (pattern: string, merged: Merged): unknown => {
  const variables: Record<string, unknown> = {};
  const text = pattern.replaceAll(/\$\{([^!.}]+)((?:\.[^}]+)?)\}/g, (_match, name, attribute) => {
    if (Object.hasOwn(merged.parameters, name)) variables[name] = merged.parameters[name];
    return `\${${merged.ids.get(name) ?? name}${attribute}}`;
  });
  return { 'Fn::Sub': [text, variables] };
};

/**
 * Replaces references to outputs, which may themselves refer to outputs of another nested stack.
 */
const fillOutputs = (value: unknown, outputs: ReadonlyMap<string, unknown>): unknown =>
  mapIntrinsics(value, (name, argument) => {
    if (name !== 'Fn::GetAtt') return undefined;
    const reference = partsOf(argument).join('.');
    if (outputs.has(reference)) return fillOutputs(outputs.get(reference), outputs);
    if (/^[^.]+\.Outputs\./.test(reference))
      throw new NotModelledError(`the reference ${reference}: the nested stack has no such output`);
    return undefined;
  });

const partsOf = (argument: unknown): readonly string[] =>
  Array.isArray(argument) ? argument.map(String) : String(argument).split('.');

/** Copies a value; `replace` returns what stands for an intrinsic, or undefined to go into it. */
const mapIntrinsics = (
  value: unknown,
  replace: (name: string, argument: unknown) => unknown,
): unknown => {
  if (Array.isArray(value)) return value.map((item) => mapIntrinsics(item, replace));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const [only] = entries;
  if (only && entries.length === 1) {
    const replaced = replace(only[0], only[1]);
    if (replaced !== undefined) return replaced;
  }
  return Object.fromEntries(entries.map(([key, item]) => [key, mapIntrinsics(item, replace)]));
};
