/** Reads the members of a request and checks their types. */
import type { ChallengeConstraints, ChallengeTerms } from '../administration.ts';
import { createValidationFault } from './fault.ts';
import { type Body, isObject } from './request.ts';

/**
 * Reads the terms in a CreateChallenge. Throws `ValidationException` for a member of the wrong
 * type; challenges/challenge-terms.ts checks the values.
 */
export function readTerms(body: Body): ChallengeTerms {
  return {
    name: readString(body, 'Name'),
    expiresAtSeconds: readTime(body, 'ExpiresAt'),
    maxUses: readNumber(body, 'MaxUses'),
    constraints: body.Constraints === undefined ? undefined : readConstraints(body.Constraints),
    tags: body.Tags === undefined ? undefined : readRequestTags(body),
    clientToken: readString(body, 'ClientToken'),
  };
}

/** Reads an optional string member. Throws `ValidationException` for another type. */
export function readString(body: Body, member: string): string | undefined {
  const value = body[member];
  if (value === undefined || typeof value === 'string') return value;
  throw createValidationFault(`${member} must be a string`);
}

/** Reads an optional number member. Throws `ValidationException` for another type. */
export function readNumber(body: Body, member: string): number | undefined {
  const value = body[member];
  if (value === undefined || (typeof value === 'number' && Number.isFinite(value))) return value;
  throw createValidationFault(`${member} must be a number`);
}

/** Whole epoch seconds; SDKs also send milliseconds, as a fraction. */
const readTime = (body: Body, member: string): number | undefined => {
  const value = readNumber(body, member);
  return value === undefined ? undefined : Math.floor(value);
};

/** Reads the tags of a request. Throws `ValidationException` unless they map strings to strings. */
export function readRequestTags({ Tags }: Body): Readonly<Record<string, string>> {
  if (isObject(Tags) && Object.values(Tags).every((value) => typeof value === 'string'))
    return Tags as Record<string, string>;
  throw createValidationFault('Tags must map strings to strings');
}

function readConstraints(value: unknown): ChallengeConstraints {
  const known = ['Subject', 'AlternativeNames', 'ValidityDays'];
  if (!isObject(value) || Object.keys(value).some((member) => !known.includes(member)))
    throw createValidationFault(
      'Constraints must be an object with Subject, AlternativeNames or ValidityDays, and nothing else',
    );
  const { Subject, AlternativeNames } = value;
  const validityDays = readNumber(value, 'ValidityDays');
  return {
    ...(validityDays !== undefined && { validityDays }),
    ...(Subject !== undefined && { subject: readPatterns('Subject', Subject) }),
    ...(AlternativeNames !== undefined && {
      alternativeNames: readPatterns('AlternativeNames', AlternativeNames),
    }),
  };
}

function readPatterns(member: string, value: unknown): Readonly<Record<string, readonly string[]>> {
  const isList = (one: unknown): boolean =>
    Array.isArray(one) && one.every((pattern) => typeof pattern === 'string');
  if (isObject(value) && Object.values(value).every(isList))
    return value as Record<string, readonly string[]>;
  throw createValidationFault(`Constraints.${member} must map names to lists of strings`);
}
