/** The runner's model of a resource type. */
import { getName, getShortId, type NamedResource } from './resource-names.ts';

/** A type's references: derived from its name, or published when the resource is created. */
export interface ResourceType {
  readonly modelled: readonly string[];
  readonly accepted: readonly string[];
  /** The value of `Ref`. */
  readonly reference: (resource: NamedResource) => string;
  /** The values of `Fn::GetAtt`, for attributes that are known in advance. */
  readonly attributes: (resource: NamedResource) => Readonly<Record<string, string>>;
}

/** Creates a type that is referenced by its name and its ARN. */
export const createNamedType = (
  makeArn: (resource: NamedResource) => string,
  properties: Pick<ResourceType, 'modelled' | 'accepted'>,
): ResourceType => ({
  ...properties,
  reference: getName,
  attributes: (resource) => ({ Arn: makeArn(resource) }),
});

/** Creates a type that is referenced only by an id, or not at all. */
export const createIdentifiedType = (
  properties: Pick<ResourceType, 'modelled' | 'accepted'>,
): ResourceType => ({
  ...properties,
  reference: getShortId,
  attributes: () => ({}),
});
