/** The bounds of a challenge's terms, for the API, the panel and the schedule alike. */
import { subjectAttributes } from '../policy/subject.ts';
import type { ChallengeConstraints, ChallengeTerms } from './administration.ts';
import { invalid } from './fault.ts';
import { checkTags } from './tags.ts';

/**
 * Claims of one counted challenge contend for its item (docs/decisions/015-transactions.md). A
 * larger fleet takes a static challenge.
 */
const mostUses = 1000;

/** Ten years. A challenge that has to live longer is made without an end. */
const farthestSeconds = 10 * 365 * 86_400;

/**
 * Refuses, with `ValidationException`, an invalid name, end, number of uses, constraint, tag or
 * token.
 */
export function checkTerms(terms: ChallengeTerms, nowSeconds: number): void {
  const { name, expiresAtSeconds, maxUses, constraints, tags, clientToken } = terms;
  if (name !== undefined && !/^[\P{C}]{1,64}$/u.test(name))
    throw invalid('Name: 1 to 64 printable characters');
  if (expiresAtSeconds !== undefined && !isEnd(expiresAtSeconds, nowSeconds))
    throw invalid('ExpiresAt: epoch seconds, in the future and within ten years');
  if (maxUses !== undefined && !(Number.isInteger(maxUses) && maxUses >= 1 && maxUses <= mostUses))
    throw invalid(`MaxUses: 1 to ${mostUses}, or none for any number`);
  if (constraints !== undefined) checkConstraintTerms(constraints);
  if (tags !== undefined) checkTags(tags);
  checkClientToken(clientToken);
}

const isEnd = (seconds: number, nowSeconds: number): boolean =>
  Number.isInteger(seconds) && seconds > nowSeconds && seconds <= nowSeconds + farthestSeconds;

/** As AWS's model has it. */
export function checkClientToken(clientToken: string | undefined): void {
  if (clientToken !== undefined && !/^[!-~]{1,64}$/.test(clientToken))
    throw invalid('ClientToken: 1 to 64 printable ASCII characters without spaces');
}

const alternativeNameKinds: ReadonlySet<string> = new Set(['dns', 'email', 'uri', 'ip', 'upn']);

/** An item of DynamoDB has room for more, but a longer list is unreadable. */
const mostConstraintBytes = 4096;
const mostPatterns = 20;
const longestPattern = 256;

/**
 * A constraint that no request can meet is a mistake, so it is refused here: an unknown attribute,
 * or an empty list.
 */
function checkConstraintTerms({ subject, alternativeNames }: ChallengeConstraints): void {
  checkPatterns('Constraints.Subject', subject ?? {}, subjectAttributes);
  checkPatterns('Constraints.AlternativeNames', alternativeNames ?? {}, alternativeNameKinds);
  const bytes = Buffer.byteLength(JSON.stringify({ subject, alternativeNames }));
  if (bytes > mostConstraintBytes)
    throw invalid(`Constraints: ${mostConstraintBytes} bytes at most`);
}

function checkPatterns(
  member: string,
  patterns: Readonly<Record<string, readonly string[]>>,
  allowed: ReadonlySet<string>,
): void {
  for (const [key, values] of Object.entries(patterns)) {
    if (!allowed.has(key)) throw invalid(`${member}: only ${[...allowed].join(', ')}`);
    if (values.length === 0 || values.length > mostPatterns)
      throw invalid(`${member}.${key}: 1 to ${mostPatterns} patterns`);
    if (values.some((value) => value.length === 0 || value.length > longestPattern))
      throw invalid(`${member}.${key}: patterns of 1 to ${longestPattern} characters`);
  }
}
