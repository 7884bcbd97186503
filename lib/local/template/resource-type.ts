/** What the runner knows of a resource type. */
import { type NamedResource, nameOf, shortId } from './resource-names.ts';

/**
 * What a type's references mean: fixed by its name alone, or published when the resource is made.
 */
export interface ResourceType {
  readonly modelled: readonly string[];
  readonly accepted: readonly string[];
  /** What `Ref` gives. */
  readonly reference: (named: NamedResource) => string;
  /** What `Fn::GetAtt` gives, for attributes known beforehand. */
  readonly attributes: (named: NamedResource) => Readonly<Record<string, string>>;
}

/** A type whose references are its name and its ARN. */
export const named = (
  makeArn: (resource: NamedResource) => string,
  properties: Pick<ResourceType, 'modelled' | 'accepted'>,
): ResourceType => ({
  ...properties,
  reference: nameOf,
  attributes: (resource) => ({ Arn: makeArn(resource) }),
});

/** A type that is only ever referred to by an id, if at all. */
export const identified = (
  properties: Pick<ResourceType, 'modelled' | 'accepted'>,
): ResourceType => ({
  ...properties,
  reference: shortId,
  attributes: () => ({}),
});
