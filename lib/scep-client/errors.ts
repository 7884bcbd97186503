/** The errors of the SCEP client. */

/** The next step for the user after each error. */
const advice = {
  badArgument: 'Correct the arguments; --help lists them.',
  folder: 'Choose another folder with --out, or make this one readable and writable.',
  unreachable: 'Check the URL and the network. "npm start" runs the local server.',
  unavailable: 'This is an outage, not a refusal. Run the same command again later.',
  unexpectedAnswer: 'Check that the URL is the SCEP URL from "npm start" or the stack’s outputs.',
  wrongCa:
    'Compare the fingerprint with the one from the CA’s operator. Do not continue if they differ.',
  noRaCertificate:
    'Ask the server’s operator for an RA certificate with an RSA key and keyEncipherment in GetCACert.',
  malformedReply: 'The server does not follow RFC 8894. Report this to its operator.',
  unsupportedAlgorithm: 'Ask the server’s operator for AES and SHA-256, which RFC 8894 requires.',
  untrustedReply: 'The reply may have been changed in transit. Try again over HTTPS.',
  wrongCertificate: 'Do not use this certificate. Report this to the server’s operator.',
  timeout: 'Run the same command again. It resends the stored request for the same certificate.',
} as const;

/** The code of an error, for programs. */
export type ScepClientErrorCode = keyof typeof advice;

/** An error with a code for programs, and a message and advice for people. */
export class ScepClientError extends Error {
  readonly code: ScepClientErrorCode;
  /** The server's Retry-After; undefined if it sent none. */
  readonly retryAfterSeconds: number | undefined;

  constructor(
    code: ScepClientErrorCode,
    message: string,
    options: { readonly cause?: unknown; readonly retryAfterSeconds?: number | undefined } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = 'ScepClientError';
    this.code = code;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }

  /** The next step for the user. */
  get advice(): string {
    return advice[this.code];
  }
}

/**
 * Runs a parser on a server's data. A server can provoke errors in libraries. They become
 * `malformedReply`, so that the user sees one line instead of a stack trace.
 */
export function readFromServer<Value>(what: string, read: () => Value): Value {
  try {
    return read();
  } catch (cause) {
    if (cause instanceof ScepClientError) throw cause;
    throw new ScepClientError('malformedReply', `${what} cannot be read.`, { cause });
  }
}
