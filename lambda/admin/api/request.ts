/** An event of the HTTP API, read: the ARN in its path, its query and its body. */
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { createValidationFault } from './fault.ts';
import { type OperationName, type OperationRoute, operations } from './operations.ts';

/** The part of an event that is looked at. */
export type AdminEvent = Pick<
  APIGatewayProxyEventV2,
  'routeKey' | 'rawPath' | 'rawQueryString' | 'body' | 'isBase64Encoded'
> & { readonly requestContext?: unknown };

export type Body = Readonly<Record<string, unknown>>;

/** A request as the operations take it. */
export interface AdminRequest {
  /** The ARN in the path; empty for an operation without one. */
  readonly label: string;
  readonly query: URLSearchParams;
  /** Empty for GET and DELETE. */
  readonly body: Body;
  /** The caller's ARN; `local` if no signature was checked. */
  readonly who: string;
}

/**
 * Reads an event; throws `ValidationException` for a path that is not text, a body that is not a
 * JSON object, and a member that is written in another case.
 */
export function readAdminRequest(event: AdminEvent, operation: OperationName): AdminRequest {
  const route: OperationRoute = operations[operation];
  // Not queryStringParameters: there two values are one, joined by a comma.
  const query = new URLSearchParams(event.rawQueryString);
  const body = route.method === 'POST' ? bodyOf(event) : {};
  refuseOtherCase([...query.keys(), ...Object.keys(body)], route);
  return {
    label: route.label === undefined ? '' : labelOf(event.rawPath, route),
    query,
    body,
    who: callerOf(event.requestContext),
  };
}

/**
 * Unknown members are ignored, as AWS ignores them. One that differs from ours by case alone is a
 * mistake that would be costly: `maxUses` made a challenge without a limit.
 */
function refuseOtherCase(names: readonly string[], { members = [] }: OperationRoute): void {
  const unknown = names.filter((name) => !members.includes(name));
  const meant = members.find((member) =>
    unknown.some((name) => name.toLowerCase() === member.toLowerCase()),
  );
  if (meant !== undefined)
    throw createValidationFault(`${meant}: write it in exactly these letters`);
}

/**
 * An HTTP API has decoded the path; other front doors hand it on as SDKs send it. No ARN of ours
 * holds a percent sign.
 */
function labelOf(rawPath: string, { path, label }: OperationRoute): string {
  const rest = rawPath.slice(path.length + 1);
  try {
    return decodeURIComponent(rest);
  } catch {
    throw createValidationFault(`${label}: the path is not percent-encoded text`);
  }
}

/** What fits a request many times; a parser that is given megabytes is busy for nothing. */
const maxBodyBytes = 65_536;

function bodyOf({ body = '', isBase64Encoded }: AdminEvent): Body {
  if (body.length <= maxBodyBytes) {
    try {
      const text = isBase64Encoded ? Buffer.from(body, 'base64').toString('utf8') : body;
      const value: unknown = JSON.parse(text);
      if (isObject(value)) return value;
    } catch {
      // Not JSON: refused below, without a word of it.
    }
  }
  throw createValidationFault('the body must be a JSON object');
}

/** Whether a value is an object of JSON, neither a list nor null. */
export const isObject = (value: unknown): value is Body =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function callerOf(requestContext: unknown): string {
  const context = requestContext as { authorizer?: { iam?: { userArn?: unknown } } } | undefined;
  const arn = context?.authorizer?.iam?.userArn;
  return typeof arn === 'string' ? arn : 'local';
}
