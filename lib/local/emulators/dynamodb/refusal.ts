/** An error in DynamoDB's form. */
import type { Json } from '../aws-service.ts';

/** An error on the wire: the HTTP status, and a body with the error's name in `__type`. */
export interface Refusal extends Error {
  readonly statusCode: number;
  readonly body: Json;
}

// The namespace that AWS writes before an error's name; the SDKs drop it.
const namespaces: Readonly<Record<string, string>> = {
  ValidationException: 'com.amazon.coral.validate#',
  SerializationException: 'com.amazon.coral.service#',
  UnknownOperationException: 'com.amazon.coral.service#',
  ThrottlingException: 'com.amazon.coral.availability#',
};

// DynamoDB capitalises the member in the errors that are newer than the service.
const capitalised = new Set([
  'SerializationException',
  'TransactionCanceledException',
  'TransactionInProgressException',
  'IdempotentParameterMismatchException',
]);

/** An error by its name in the service model, with further members of its shape. */
export const refuse = (name: string, message: string, members: Json = {}): Refusal => {
  const namespace = namespaces[name] ?? 'com.amazonaws.dynamodb.v20120810#';
  return Object.assign(new Error(message), {
    name,
    statusCode: 400,
    body: {
      __type: `${namespace}${name}`,
      [capitalised.has(name) ? 'Message' : 'message']: message,
      ...members,
    },
  });
};

/** Whether an error is a response for the client; dynalite's own errors have the same form. */
export const isRefusal = (error: unknown): error is Refusal =>
  error instanceof Error && 'statusCode' in error && 'body' in error;

/** Whether a refusal has this name in the service model. */
export const isNamed = (refusal: Refusal, name: string): boolean =>
  String(refusal.body.__type).endsWith(`#${name}`);

/** The text of a refusal, in either spelling of its member. */
export const readMessage = ({ body }: Refusal): string =>
  String(body.message ?? body.Message ?? '');
