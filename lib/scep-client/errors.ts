/** What a person can do about each fault. */
const advice = {
  badArgument: 'Correct it, or see --help.',
  folder: 'Choose another folder with --out, or make this one readable and writable.',
  unreachable: 'Check the URL, and that the server runs (for the local one: npm start).',
  unavailable: 'It is an outage, not a refusal: run the same command again later.',
  unexpectedAnswer:
    'Check that the URL is the SCEP URL, as "npm start" or the stack output prints it.',
  wrongCa:
    'Compare the fingerprint with the one the CA’s operator gives; do not go on if they differ.',
  noRaCertificate:
    'The server’s GetCACert answer must hold a certificate with an RSA key and keyEncipherment.',
  malformedReply: 'The server does not follow RFC 8894 here: report it to its operator.',
  unsupportedAlgorithm: 'Ask the server’s operator for AES and SHA-256, which RFC 8894 requires.',
  untrustedReply: 'Somebody may have changed the answer: do not use it. Try again over HTTPS.',
  wrongCertificate: 'Do not use this certificate: report it to the server’s operator.',
  timeout: 'Run the same command again: the request is kept, and the same certificate will come.',
} as const;

/** Every way in which an enrolment ends without an answer of the CA's policy. */
export type ScepClientErrorCode = keyof typeof advice;

/** A fault with a code for programs, a message for people, and what to do next. */
export class ScepClientError extends Error {
  readonly code: ScepClientErrorCode;
  /** How long the server asked us to stay away, if it did. */
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

  /** What to do next. */
  get advice(): string {
    return advice[this.code];
  }
}

/**
 * Runs a reader of what a server sent. An error of a library, which a server can provoke, becomes
 * `malformedReply`: one line instead of a stack trace.
 */
export function readFromServer<Value>(what: string, read: () => Value): Value {
  try {
    return read();
  } catch (cause) {
    if (cause instanceof ScepClientError) throw cause;
    throw new ScepClientError('malformedReply', `${what} cannot be read.`, { cause });
  }
}
