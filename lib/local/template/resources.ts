/** The resources of a template: checked, named, and resolved on demand. */
import { resolve, type Scope } from './intrinsics.ts';
import { type NamedResource, nameResource, readNames } from './resource-names.ts';
import type { ResourceType } from './resource-type.ts';
import { resourceTypes } from './resource-types.ts';
import { NotModelledError, type Template, type TemplateResource } from './template.ts';

/** A resource with its intrinsics resolved. */
export interface Resource {
  readonly logicalId: string;
  readonly physicalName: string;
  readonly reference: string;
  readonly arn: string;
  readonly properties: Readonly<Record<string, unknown>>;
  /** For messages: logical id and type. */
  readonly where: string;
}

/**
 * A template's resources. `publish` adds attributes that exist only after the resource's creation.
 */
export interface Resources {
  readonly ofType: (...types: readonly string[]) => Resource[];
  readonly publish: (logicalId: string, attributes: Readonly<Record<string, string>>) => void;
  readonly outputs: () => Record<string, string>;
}

/**
 * Opens a template. Refuses all types and properties that are not modelled at once, by logical id
 * and type.
 */
export const openResources = (stackName: string, template: Template): Resources => {
  const entries = Object.entries(template.Resources);
  const faults = entries.flatMap(([logicalId, resource]) => findFaults(logicalId, resource));
  if (faults.length > 0) throw new NotModelledError(...faults);

  const published = new Map<string, Readonly<Record<string, string>>>();
  const find: Find = (logicalId, where) => {
    const { [logicalId]: resource } = template.Resources;
    const type = resource && resourceTypes[resource.Type];
    if (!resource || !type) throw new NotModelledError(`${where}: a reference to ${logicalId}`);
    const names = resolve(readNames(resource.Properties ?? {}), scope, where);
    return { type, named: nameResource(stackName, logicalId, names as Properties) };
  };
  const scope = createScope(find, published);

  const open = (logicalId: string, { Type, Properties }: TemplateResource): Resource => {
    const where = `${logicalId} (${Type})`;
    const { type, named } = find(logicalId, where);
    return {
      logicalId,
      where,
      physicalName: named.physicalName,
      reference: type.reference(named),
      arn: type.attributes(named).Arn ?? type.reference(named),
      properties: resolve(Properties ?? {}, scope, where) as Readonly<Record<string, unknown>>,
    };
  };
  return {
    ofType: (...types) =>
      entries
        .filter(([, { Type }]) => types.includes(Type))
        .map(([id, resource]) => open(id, resource)),
    publish: (logicalId, attributes) => {
      published.set(logicalId, attributes);
    },
    outputs: () =>
      Object.fromEntries(
        Object.entries(template.Outputs ?? {}).map(([id, { Value }]) => [
          id,
          String(resolve(Value, scope, `output ${id}`)),
        ]),
      ),
  };
};

type Properties = Readonly<Record<string, unknown>>;

type Find = (
  logicalId: string,
  where: string,
) => { readonly type: ResourceType; readonly named: NamedResource };

const createScope = (
  find: Find,
  published: ReadonlyMap<string, Readonly<Record<string, string>>>,
): Scope => ({
  reference: (logicalId, where) => {
    const { type, named } = find(logicalId, where);
    return type.reference(named);
  },
  attribute: (logicalId, name, where) => {
    const { type, named } = find(logicalId, where);
    const attributes = { ...type.attributes(named), ...published.get(logicalId) };
    const value = Object.hasOwn(attributes, name) ? attributes[name] : undefined;
    if (value !== undefined) return value;
    throw new NotModelledError(`${where}: the attribute ${logicalId}.${name}`);
  },
});

const findFaults = (
  logicalId: string,
  { Type, Properties, Condition }: TemplateResource,
): string[] => {
  const where = `${logicalId} (${Type})`;
  const type = Object.hasOwn(resourceTypes, Type) ? resourceTypes[Type] : undefined;
  if (!type) return [`${where}: the resource type`];
  // CDK makes its own metadata conditional on the Region; nothing else is.
  if (Condition && Type !== 'AWS::CDK::Metadata') return [`${where}: the condition ${Condition}`];
  const known = new Set([...type.modelled, ...type.accepted]);
  return Object.keys(Properties ?? {})
    .filter((property) => !known.has(property))
    .map((property) => `${where}: the property ${property}`);
};
