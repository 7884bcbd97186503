/** The base of every emulator: a pure handler of one service's operations, and its error. */

/** A JSON object as received. */
export type Json = Readonly<Record<string, unknown>>;

/** An error in an AWS service's form: `code` is the exception's name in the service model. */
export class AwsError extends Error {
  readonly code: string;
  readonly status: number;

  constructor(code: string, message: string, status = 400) {
    super(message);
    this.name = 'AwsError';
    this.code = code;
    this.status = status;
  }
}

/** One operation, from the sent input to the returned output. Refuses with an `AwsError`. */
export type Operation = (input: Json) => unknown;

/** A service by the prefix of its `X-Amz-Target` header, and the operations it models. */
export interface AwsService {
  readonly name: string;
  readonly targetPrefix: string;
  readonly operations: Readonly<Record<string, Operation>>;
}

/**
 * Runs one operation. An operation that is not modelled is refused by name, never answered with an
 * empty object.
 */
export const runOperation = async (
  service: AwsService,
  operation: string,
  input: Json,
): Promise<unknown> => {
  const run = Object.hasOwn(service.operations, operation)
    ? service.operations[operation]
    : undefined;
  if (!run) {
    throw new AwsError(
      'UnknownOperationException',
      `The local ${service.name} does not model ${operation}`,
    );
  }
  return run(input);
};

/**
 * Reads a required text member; refuses its absence with `ValidationException`, as the services do.
 */
export const requireText = (input: Json, member: string): string => {
  const value = input[member];
  if (typeof value === 'string' && value !== '') return value;
  throw new AwsError(
    'ValidationException',
    `1 validation error detected: Value at '${member}' failed to satisfy constraint: Member must not be null`,
  );
};

/** Reads an optional text member; refuses a value that is not text. */
export const readOptionalText = (input: Json, member: string): string | undefined => {
  const value = input[member];
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') return value;
  throw new AwsError('SerializationException', `'${member}' is not a string`);
};
