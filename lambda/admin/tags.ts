/** Tags of challenges and connectors: what AWS's are, without being AWS's. */
import { Fault } from '../core/errors.ts';
import { formatChallengeKey } from '../policy/challenge.ts';
import type { ChallengeRegister, TagStore } from '../ports/challenges.ts';
import { createNotFoundFault, createValidationFault } from './api/fault.ts';

type Tags = Readonly<Record<string, string>>;

const maxTags = 50;

/**
 * Refuses, with `ValidationException`, what AWS refuses: too many, too long, of the prefix `aws:`,
 * of control characters.
 */
export function checkTags(tags: Tags): void {
  if (Object.keys(tags).length > maxTags) throw createValidationFault(`Tags: ${maxTags} at most`);
  for (const [key, value] of Object.entries(tags)) {
    checkTagKey(key);
    if (!/^[\P{C}]{0,256}$/u.test(value))
      throw createValidationFault('Tags: values of 256 printable characters');
  }
}

function checkTagKey(key: string): void {
  if (!/^(?!aws:)[\P{C}]{1,128}$/iu.test(key))
    throw createValidationFault(
      'Tags: keys of 1 to 128 printable characters that do not begin with aws:',
    );
}

/** A connector, or one of its challenges. */
export interface Taggable {
  readonly connectorId: string;
  readonly challengeId?: string;
  /** As the caller wrote it, for the error. */
  readonly arn: string;
}

/** Where tags are, and whether what they are of is still there. */
export interface TaggingContext {
  readonly tags: TagStore;
  readonly challenges: Pick<ChallengeRegister, 'find'>;
  readonly nowSeconds: () => number;
}

/** The id under which a connector's own tags are kept. */
const connectorTagsKey = (connectorId: string): string => `${connectorId}#connector`;

/** Whether an id is one that `connectorTagsKey` makes. */
export const isConnectorTagsKey = (id: string): boolean => id.endsWith('#connector');

/**
 * The tags of a resource; throws `ResourceNotFoundException` for a challenge that is not there or
 * revoked.
 */
export async function readTags(resource: Taggable, context: TaggingContext): Promise<Tags> {
  if (resource.challengeId === undefined)
    return await context.tags.of(connectorTagsKey(resource.connectorId));
  const found = await context.challenges.find(keyOf(resource));
  if (found === undefined || found.revokedAtSeconds !== undefined)
    throw createNotFoundFault('Challenge', resource.arn);
  return found.tags ?? {};
}

/** A try fails only where another change of the same tags came between its read and its write. */
const maxTries = 20;

/**
 * Sets tags beside those that are there; 50 in all. The write has the limit as its condition: calls
 * at the same time would each find room for their own.
 */
export async function tagResource(
  resource: Taggable,
  set: Tags,
  context: TaggingContext,
): Promise<void> {
  checkTags(set);
  for (let tries = 0; tries < maxTries; tries += 1) {
    const before = await readTags(resource, context);
    checkTags({ ...before, ...set });
    const keysThere = Object.keys(set).filter((key) => Object.hasOwn(before, key));
    const maxTagsBefore = maxTags - (Object.keys(set).length - keysThere.length);
    const change = { set, remove: [], room: { keysThere, maxTagsBefore } };
    if (await context.tags.change(keyOf(resource), change, context.nowSeconds())) return;
  }
  throw new Fault('ChallengeContended', 'tags');
}

/** Removes tags; nothing happens for those that are not there. */
export async function untagResource(
  resource: Taggable,
  remove: readonly string[],
  context: TaggingContext,
): Promise<void> {
  if (remove.length === 0 || remove.length > maxTags)
    throw createValidationFault(`tagKeys: 1 to ${maxTags} keys`);
  remove.forEach(checkTagKey);
  await readTags(resource, context);
  const change = { set: {}, remove: [...new Set(remove)] };
  if (!(await context.tags.change(keyOf(resource), change, context.nowSeconds())))
    throw createNotFoundFault('Challenge', resource.arn);
}

const keyOf = ({ connectorId, challengeId }: Taggable): string =>
  challengeId === undefined
    ? connectorTagsKey(connectorId)
    : formatChallengeKey(connectorId, challengeId);
