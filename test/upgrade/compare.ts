/** Compares the stateful resources of a release with those of the next one. */
import { readAssembly } from '../../lib/local/template/assembly.ts';
import { findState, type Resource } from './stateful.ts';

/**
 * Stateful resources by logical id. One in a nested stack has the id of that stack before its own.
 */
export type StatefulResources = Readonly<Record<string, Resource>>;

/** The stateful resources of the one stack in an assembly, with those of its nested stacks. */
export const readStateful = (assembly: string): StatefulResources =>
  Object.fromEntries(
    Object.entries(readAssembly(assembly).template.Resources as StatefulResources)
      .filter(([, resource]) => findState(resource) !== undefined)
      .map(([logicalId, resource]) => [logicalId, selectCompared(resource)]),
  );

const selectCompared = ({ Type, Properties, DeletionPolicy, UpdateReplacePolicy }: Resource) => ({
  Type,
  ...(Properties && { Properties }),
  ...(DeletionPolicy && { DeletionPolicy }),
  ...(UpdateReplacePolicy && { UpdateReplacePolicy }),
});

/**
 * Why an update from one to the other is refused, a sentence for each resource that it would
 * replace, remove, or no longer retain. Empty for an update that loses nothing.
 */
export const findLosses = (
  before: StatefulResources,
  after: StatefulResources,
): readonly string[] =>
  Object.entries(before).flatMap(([logicalId, old]) => {
    const loss = findLoss(old, after[logicalId]);
    const { loses } = findState(old) ?? { loses: 'its state' };
    return loss === undefined ? [] : [`${logicalId} (${old.Type}) ${loss}, and loses ${loses}`];
  });

function findLoss(old: Resource, next: Resource | undefined): string | undefined {
  if (next === undefined) return 'is removed';
  if (next.Type !== old.Type) return `becomes ${next.Type}`;
  const replacing = findState(old)?.replacing.filter((name) => hasChanged(name, old, next)) ?? [];
  if (replacing.length > 0) return `is replaced by a change of ${replacing.join(' and ')}`;
  const retyped = retypedAttributes(old, next);
  if (retyped.length > 0) return `is replaced by another type of ${retyped.join(' and ')}`;
  for (const policy of ['DeletionPolicy', 'UpdateReplacePolicy'] as const)
    if (old[policy]?.startsWith('Retain') && !next[policy]?.startsWith('Retain'))
      return `is no longer retained (${policy})`;
  return undefined;
}

const hasChanged = (name: string, old: Resource, next: Resource): boolean =>
  JSON.stringify(old.Properties?.[name]) !== JSON.stringify(next.Properties?.[name]);

interface Attribute {
  readonly AttributeName: string;
  readonly AttributeType: string;
}

/** The attributes of a table that both declare, with different types. */
function retypedAttributes(old: Resource, next: Resource): readonly string[] {
  const [before, after] = [old, next].map(
    ({ Properties }) => (Properties?.AttributeDefinitions ?? []) as readonly Attribute[],
  );
  const types = new Map(after?.map((each) => [each.AttributeName, each.AttributeType]));
  return (before ?? [])
    .filter(
      ({ AttributeName: name, AttributeType }) =>
        (types.get(name) ?? AttributeType) !== AttributeType,
    )
    .map(({ AttributeName }) => AttributeName);
}
