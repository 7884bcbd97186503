/** The next step for the user after each error. */
const advice = {
  badArgument: 'Correct the arguments; "npm run admin -- --help" lists them.',
  noLocalRun: 'Start the local stack with "npm start", or add --url and --connector.',
  unreachable: 'Check the URL and the network. "npm start" serves the local API.',
  noCredentials:
    'Set AWS_PROFILE, run "aws sso login", or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.',
  notAllowed:
    'Your principal needs execute-api:Invoke on this API. "aws sts get-caller-identity" shows your principal.',
  refused: 'Correct the arguments; "npm run admin -- --help" lists them.',
  notFound:
    'Run "npm run admin -- connectors" or "npm run admin -- challenge list" to see the existing ones.',
  conflict: 'Run "npm run admin -- challenge list" to see the present state.',
  unavailable: 'This is an outage, not a refusal. Run the same command again later.',
  unexpectedAnswer: 'Check that the URL is the AdminUrl in the outputs of the stack.',
} as const;

/** The code of an error, for programs. */
export type AdminErrorCode = keyof typeof advice;

/** An error with a code for programs, and a message and advice for people. */
export class AdminClientError extends Error {
  readonly code: AdminErrorCode;

  constructor(code: AdminErrorCode, message: string, options: { readonly cause?: unknown } = {}) {
    super(message, options);
    this.name = 'AdminClientError';
    this.code = code;
  }

  /** The next step for the user. */
  get advice(): string {
    return advice[this.code];
  }
}

/** Returns the code for an HTTP status of 400 or more. */
export function toErrorCode(status: number): AdminErrorCode {
  if (status === 403 || status === 401) return 'notAllowed';
  if (status === 404) return 'notFound';
  if (status === 409) return 'conflict';
  return status === 429 || status >= 500 ? 'unavailable' : 'refused';
}
