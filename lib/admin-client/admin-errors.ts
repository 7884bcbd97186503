/** What a person can do about each fault of the admin API. */
const advice = {
  badArgument: 'Correct it, or see "npm run admin -- --help".',
  noLocalRun: 'Start one with "npm start", or give --url and --connector.',
  unreachable: 'Check the URL, and that it is served (for the local one: npm start).',
  noCredentials:
    'Give the AWS credentials you use elsewhere: AWS_PROFILE, "aws sso login", or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.',
  notAllowed:
    'Your principal needs execute-api:Invoke on this API; look at who you are with "aws sts get-caller-identity".',
  refused: 'Correct it, or see "npm run admin -- --help".',
  notFound:
    'Look at what there is: "npm run admin -- connectors", "npm run admin -- challenge list".',
  conflict: 'Look at how it stands now: "npm run admin -- challenge list".',
  unavailable: 'It is an outage, not a refusal: run the same command again later.',
  unexpectedAnswer: 'Check that the URL is the AdminUrl of the stack’s outputs.',
} as const;

export type AdminErrorCode = keyof typeof advice;

/** A fault with a code for programs, a message for people, and what to do next. */
export class AdminClientError extends Error {
  readonly code: AdminErrorCode;

  constructor(code: AdminErrorCode, message: string, options: { readonly cause?: unknown } = {}) {
    super(message, options);
    this.name = 'AdminClientError';
    this.code = code;
  }

  /** What to do next. */
  get advice(): string {
    return advice[this.code];
  }
}

/** A code for an answer that is no success. */
export function toErrorCode(status: number): AdminErrorCode {
  if (status === 403 || status === 401) return 'notAllowed';
  if (status === 404) return 'notFound';
  if (status === 409) return 'conflict';
  return status === 429 || status >= 500 ? 'unavailable' : 'refused';
}
