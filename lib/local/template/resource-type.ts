/** The runner's model of a resource type. */
import { getName, getShortId, type NamedResource } from './resource-names.ts';

/** A type's references: derived from its name, or published when the resource is created. */
export interface ResourceType {
  readonly modelled: readonly string[];
  readonly accepted: readonly string[];
  /** The value of `Ref`. */
  readonly reference: (createNamedType: NamedResource) => string;
  /** The values of `Fn::GetAtt`, for attributes that are known in advance. */
  readonly attributes: (createNamedType: NamedResource) => Readonly<Record<string, string>>;
}

/** A type with its name and its ARN as references. */
export const createNamedType = (
  makeArn: (resource: NamedResource) => string,
  properties: Pick<ResourceType, 'modelled' | 'accepted'>,
): ResourceType => ({
  ...properties,
  reference: getName,
  attributes: (resource) => ({ Arn: makeArn(resource) }),
});

/** A type that is only referenced by an id, if at all. */
export const createIdentifiedType = (
  properties: Pick<ResourceType, 'modelled' | 'accepted'>,
): ResourceType => ({
  ...properties,
  reference: getShortId,
  attributes: () => ({}),
});
