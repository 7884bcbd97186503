/** One statement of a policy, read once and then compared with every request. */
import type { AccessRequest } from './access-request.ts';
import { type Condition, readCondition } from './condition.ts';
import { createWildcardMatcher } from './wildcard.ts';

/** An Allow statement; `document` is the template's text with resolved intrinsics. */
export interface Statement {
  readonly document: Readonly<Record<string, unknown>>;
  readonly allows: (request: AccessRequest) => boolean;
}

// Services without an emulator: their actions and conditions are never checked.
const notExercised = ['logs:', 'sts:', 'xray:'];

const knownElements = new Set(['Sid', 'Effect', 'Action', 'Resource', 'Condition']);

/** Reads an Allow statement; throws an error that names the unmodelled part. */
export const readStatement = (document: Readonly<Record<string, unknown>>): Statement => {
  const unknown = Object.keys(document).find((element) => !knownElements.has(element));
  if (unknown !== undefined) throw new Error(`the policy element ${unknown}`);
  if (document.Effect !== 'Allow') throw new Error(`the effect ${String(document.Effect)}`);
  const actions = toTexts(document.Action);
  if (actions.every((action) => notExercised.some((service) => action.startsWith(service))))
    return { document, allows: () => false };
  // Actions are compared case-insensitively, and resources with case (IAM reference, "Action",
  // "Resource").
  const isAction = matchesAny(actions.map((action) => createWildcardMatcher(action, 'i')));
  const isResource = matchesAny(
    toTexts(document.Resource).map((resource) => createWildcardMatcher(resource)),
  );
  refuseLeadingKeysOfIndex(document);
  const holds: Condition = readCondition(document.Condition);
  return {
    document,
    allows: ({ action, resource, context }) =>
      isAction(action) && isResource(resource) && holds(context),
  };
};

/**
 * The DynamoDB developer guide defines the key as "the first key attribute of a table". What it is
 * for a query of an index is not documented, so nothing may rest on it.
 */
const refuseLeadingKeysOfIndex = ({ Resource, Condition }: Readonly<Record<string, unknown>>) => {
  const isOfIndex = toTexts(Resource).some((resource) => resource.includes('/index/'));
  if (isOfIndex && /"dynamodb:LeadingKeys"/i.test(JSON.stringify(Condition ?? {})))
    throw new Error('dynamodb:LeadingKeys of an index');
};

const toTexts = (value: unknown): string[] =>
  value === undefined ? [] : [value].flat().map(String);

const matchesAny =
  (matchers: readonly ((text: string) => boolean)[]) =>
  (text: string): boolean =>
    matchers.some((matches) => matches(text));
