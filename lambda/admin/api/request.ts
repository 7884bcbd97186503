/** Reads an event of the HTTP API: the ARN in its path, its query and its body. */
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { createValidationFault } from './fault.ts';
import { type OperationName, type OperationRoute, operations } from './operations.ts';

/** The part of an event that is read. */
export type AdminEvent = Pick<
  APIGatewayProxyEventV2,
  'routeKey' | 'rawPath' | 'rawQueryString' | 'body' | 'isBase64Encoded'
> & { readonly requestContext?: unknown };

/** A JSON object. */
export type Body = Readonly<Record<string, unknown>>;

/** The request of an operation. */
export interface AdminRequest {
  /** The ARN in the path; empty for an operation without one. */
  readonly label: string;
  readonly query: URLSearchParams;
  /** Empty for GET and DELETE. */
  readonly body: Body;
  /** The caller's ARN; `local` if API Gateway checked no signature. */
  readonly who: string;
}

/**
 * Reads an event. Throws `ValidationException` for a path that is not percent-encoded text, a body
 * that is not a JSON object, and a member in the wrong case.
 */
export function readAdminRequest(event: AdminEvent, operation: OperationName): AdminRequest {
  const route: OperationRoute = operations[operation];
  // queryStringParameters would join two values of one name by a comma.
  const query = new URLSearchParams(event.rawQueryString);
  const body = route.method === 'POST' ? readBody(event) : {};
  refuseOtherCase([...query.keys(), ...Object.keys(body)], route);
  return {
    label: route.label === undefined ? '' : readLabel(event.rawPath, route),
    query,
    body,
    who: readCaller(event.requestContext),
  };
}

/**
 * The id of the request in API Gateway, by which its access log names it; undefined without one.
 */
export function readRequestId({ requestContext }: AdminEvent): string | undefined {
  const { requestId } = (requestContext ?? {}) as { readonly requestId?: unknown };
  return typeof requestId === 'string' ? requestId : undefined;
}

/**
 * Like AWS, the API ignores unknown members. It refuses a member that differs from a known one only
 * in case, because that mistake is costly. `maxUses` would create a challenge without a limit.
 */
function refuseOtherCase(names: readonly string[], { members = [] }: OperationRoute): void {
  const unknown = names.filter((name) => !members.includes(name));
  const intended = members.find((member) =>
    unknown.some((name) => name.toLowerCase() === member.toLowerCase()),
  );
  if (intended !== undefined)
    throw createValidationFault(`${intended} must be written with exactly this spelling`);
}

/**
 * An HTTP API decodes the path before this code runs; other servers do not. A second decoding is
 * harmless, because our ARNs contain no percent sign.
 */
function readLabel(rawPath: string, { path, label }: OperationRoute): string {
  const rest = rawPath.slice(path.length + 1);
  try {
    return decodeURIComponent(rest);
  } catch {
    throw createValidationFault(`${label} must be percent-encoded text in the path`);
  }
}

/** Far longer than any valid request, and short enough to parse quickly. */
const maxBodyBytes = 65_536;

function readBody({ body = '', isBase64Encoded }: AdminEvent): Body {
  if (body.length <= maxBodyBytes) {
    try {
      const text = isBase64Encoded ? Buffer.from(body, 'base64').toString('utf8') : body;
      const value: unknown = JSON.parse(text);
      if (isObject(value)) return value;
    } catch {
      // The refusal below does not quote the body.
    }
  }
  throw createValidationFault(`The body must be a JSON object of at most ${maxBodyBytes} bytes`);
}

/** Whether a value is a JSON object. Lists and null are not. */
export const isObject = (value: unknown): value is Body =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function readCaller(requestContext: unknown): string {
  const context = requestContext as { authorizer?: { iam?: { userArn?: unknown } } } | undefined;
  const arn = context?.authorizer?.iam?.userArn;
  return typeof arn === 'string' ? arn : 'local';
}
