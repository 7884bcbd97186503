/** The runner's model of a resource type. */
import { type NamedResource, nameOf, shortId } from './resource-names.ts';

/** A type's references: derived from its name, or published when the resource is created. */
export interface ResourceType {
  readonly modelled: readonly string[];
  readonly accepted: readonly string[];
  /** The value of `Ref`. */
  readonly reference: (named: NamedResource) => string;
  /** The values of `Fn::GetAtt`, for attributes that are known in advance. */
  readonly attributes: (named: NamedResource) => Readonly<Record<string, string>>;
}

/** A type with its name and its ARN as references. */
export const named = (
  makeArn: (resource: NamedResource) => string,
  properties: Pick<ResourceType, 'modelled' | 'accepted'>,
): ResourceType => ({
  ...properties,
  reference: nameOf,
  attributes: (resource) => ({ Arn: makeArn(resource) }),
});

/** A type that is only referenced by an id, if at all. */
export const identified = (
  properties: Pick<ResourceType, 'modelled' | 'accepted'>,
): ResourceType => ({
  ...properties,
  reference: shortId,
  attributes: () => ({}),
});
