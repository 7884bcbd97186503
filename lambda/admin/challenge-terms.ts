/** What a challenge may be like; whoever asks for one (API, panel, schedule) is held to it. */
import { subjectAttributes } from '../policy/subject.ts';
import type { ChallengeConstraints, ChallengeTerms } from './administration.ts';
import { invalid } from './fault.ts';
import { checkTags } from './tags.ts';

/** DynamoDB's item holds who used it; a thousand stays under a sixth of its 400 KB. More devices: a static challenge. */
const mostUses = 1000;

/** Ten years: what is meant to be good for longer is meant to have no end. */
const farthestSeconds = 10 * 365 * 86_400;

/** Refuses, with `ValidationException`, a name, an end, a number of uses, constraints, tags or a token that cannot be. */
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

/** An item of DynamoDB has room for more; a list that nobody can read is no limit. */
const mostConstraintBytes = 4096;
const mostPatterns = 20;
const longestPattern = 256;

/** A limit that cannot be kept (an attribute nobody can have, an empty list) is a mistake, so it is refused here. */
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
