/** Tags of challenges and connectors, with the rules of AWS tags. AWS itself does not know them. */
import { Fault } from '../core/errors.ts';
import { formatChallengeKey } from '../policy/challenge.ts';
import type { ChallengeRegister, TagStore } from '../ports/challenges.ts';
import { createNotFoundFault, createValidationFault } from './api/fault.ts';

type Tags = Readonly<Record<string, string>>;

const maxTags = 50;

/**
 * Throws `ValidationException` for the tags that AWS refuses. These are too many tags, long keys or
 * values, keys that begin with `aws:`, and control characters.
 */
export function checkTags(tags: Tags): void {
  if (Object.keys(tags).length > maxTags)
    throw createValidationFault(`Tags must have at most ${maxTags} entries`);
  for (const [key, value] of Object.entries(tags)) {
    checkTagKey(key);
    if (!/^[\P{C}]{0,256}$/u.test(value))
      throw createValidationFault('Tags must have values of at most 256 printable characters');
  }
}

function checkTagKey(key: string): void {
  if (!/^(?!aws:)[\P{C}]{1,128}$/iu.test(key))
    throw createValidationFault(
      'Tags must have keys of 1 to 128 printable characters that do not begin with aws:',
    );
}

/** A connector, or one of its challenges. */
export interface Taggable {
  readonly connectorId: string;
  readonly challengeId?: string;
  /** As the caller wrote it, for error messages. */
  readonly arn: string;
}

/** The dependencies of the tag operations. */
export interface TaggingContext {
  readonly tags: TagStore;
  readonly challenges: Pick<ChallengeRegister, 'find'>;
  readonly nowSeconds: () => number;
}

/** The id under which a connector's own tags are stored. */
const connectorTagsKey = (connectorId: string): string => `${connectorId}#connector`;

/** Whether `connectorTagsKey` made this id. */
export const isConnectorTagsKey = (id: string): boolean => id.endsWith('#connector');

/**
 * Reads the tags of a resource. Throws `ResourceNotFoundException` for an unknown or revoked
 * challenge.
 */
export async function readTags(resource: Taggable, context: TaggingContext): Promise<Tags> {
  if (resource.challengeId === undefined)
    return await context.tags.of(connectorTagsKey(resource.connectorId));
  const found = await context.challenges.find(keyOf(resource));
  if (found === undefined || found.revokedAtSeconds !== undefined)
    throw createNotFoundFault('Challenge', resource.arn);
  return found.tags ?? {};
}

/** An attempt fails only if another call changes the same tags between its read and its write. */
const maxAttempts = 20;

/**
 * Adds tags to the existing ones, up to 50 tags in all. The write is conditional on the limit,
 * because concurrent calls could each find enough room. Throws `ValidationException` for invalid or
 * too many tags, and what `readTags` throws.
 */
export async function tagResource(
  resource: Taggable,
  set: Tags,
  context: TaggingContext,
): Promise<void> {
  checkTags(set);
  for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
    const before = await readTags(resource, context);
    checkTags({ ...before, ...set });
    const keysThere = Object.keys(set).filter((key) => Object.hasOwn(before, key));
    const maxTagsBefore = maxTags - (Object.keys(set).length - keysThere.length);
    const change = { set, remove: [], room: { keysThere, maxTagsBefore } };
    if (await context.tags.change(keyOf(resource), change, context.nowSeconds())) return;
  }
  throw new Fault('ChallengeContended', 'tags');
}

/**
 * Removes tags and ignores missing ones. Throws `ValidationException` for invalid, no or too many
 * keys, and what `readTags` throws.
 */
export async function untagResource(
  resource: Taggable,
  remove: readonly string[],
  context: TaggingContext,
): Promise<void> {
  if (remove.length === 0 || remove.length > maxTags)
    throw createValidationFault(`tagKeys must contain 1 to ${maxTags} keys`);
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
