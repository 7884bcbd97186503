/** Intune's checks before an operation: token, headers, and the shape of the body. */
import type { AccessTokens } from './access-tokens.ts';
import { createODataError, type Request, readHeader } from './reply.ts';
import { audiences } from './token-endpoint.ts';

export type Json = Readonly<Record<string, unknown>>;

const guid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Checks the id by which Microsoft finds a call in its logs: a new GUID per call. */
export const checkRequestId = (request: Request): void => {
  if (!guid.test(readHeader(request, 'client-request-id')))
    throw createODataError(400, 'BadRequest', 'client-request-id is not a GUID.');
};

/** Throws a service's error for a call with a wrong token, method or header. */
export const checkServiceCall = (
  request: Request,
  apiVersion: string,
  tokens: AccessTokens,
): void => {
  tokens.check(request, audiences.intune);
  checkRequestId(request);
  if (request.method !== 'POST') throw createODataError(405, 'MethodNotAllowed', 'POST only.');
  if (readHeader(request, 'api-version') !== apiVersion)
    throw createODataError(
      400,
      'UnsupportedApiVersion',
      'The api-version header is not supported.',
    );
  if (!/^application\/json(; ?charset=utf-8)?$/i.test(readHeader(request, 'content-type')))
    throw createODataError(415, 'UnsupportedMediaType', 'application/json only.');
};

/** Reads a member of a body that is an object with this one member; throws for any other body. */
export const readOnlyMember = (text: string, member: string): unknown => {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw createODataError(400, 'BadRequest', 'The body is not JSON.');
  }
  return checkShape(body, { [member]: () => true })[member];
};

/** Whether a member's value is valid. */
export type Check = (value: unknown) => boolean;

export const isText: Check = (value) => typeof value === 'string' && value !== '';
export const isTextOrNothing: Check = (value) =>
  value === undefined || value === null || typeof value === 'string';

/**
 * Reads an object with exactly these members, in this spelling. Throws OData's error for any other.
 */
export const checkShape = (value: unknown, checks: Readonly<Record<string, Check>>): Json => {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw createODataError(400, 'BadRequest', 'An object was expected.');
  const strange = Object.keys(value).find((name) => !Object.hasOwn(checks, name));
  if (strange !== undefined)
    throw createODataError(400, 'BadRequest', `The property '${strange}' does not exist.`);
  const wrong = Object.keys(checks).find((name) => !checks[name]?.((value as Json)[name]));
  if (wrong !== undefined)
    throw createODataError(400, 'BadRequest', `The property '${wrong}' is missing or not valid.`);
  return value as Json;
};
