/** The access log of a stage, in the format its template gives. */
import { NotModelledError } from '../template/template.ts';

/** What a line may say of a request. The query is not among it: it holds the device's request. */
export interface AccessLogEntry {
  readonly requestId: string;
  readonly requestTime: string;
  readonly sourceIp: string;
  readonly userAgent: string;
  readonly routeKey: string;
  readonly method: string;
  readonly path: string;
  readonly protocol: string;
  readonly status: number;
  readonly responseBytes: number;
  readonly responseMilliseconds: number;
  readonly integrationError: string;
}

type Variable = (entry: AccessLogEntry) => string | number;

const requestId: Variable = (entry) => entry.requestId;
const milliseconds: Variable = (entry) => entry.responseMilliseconds;
const integrationError: Variable = (entry) => entry.integrationError;

/** `$context` variables by name; one that does not apply is a hyphen, as in AWS. */
const variables: Readonly<Record<string, Variable>> = {
  'error.message': integrationError,
  httpMethod: (entry) => entry.method,
  'identity.sourceIp': (entry) => entry.sourceIp,
  'identity.userAgent': (entry) => entry.userAgent,
  // Nobody is signed in on one machine.
  'identity.userArn': () => '-',
  integrationErrorMessage: integrationError,
  integrationLatency: milliseconds,
  path: (entry) => entry.path,
  protocol: (entry) => entry.protocol,
  requestId,
  requestTime: (entry) => entry.requestTime,
  responseLatency: milliseconds,
  responseLength: (entry) => entry.responseBytes,
  routeKey: (entry) => entry.routeKey,
  status: (entry) => entry.status,
};

const variablePattern = /\$context\.([A-Za-z.]+)/g;

/**
 * Makes the writer of lines in that format; refuses a format with a variable that is not modelled.
 */
export const createAccessLogFormatter = (
  format: string,
  where: string,
): ((entry: AccessLogEntry) => string) => {
  const unknown = [...format.matchAll(variablePattern)].filter(
    ([, name]) => !Object.hasOwn(variables, name ?? ''),
  );
  if (unknown.length > 0) {
    throw new NotModelledError(
      ...unknown.map(([text]) => `${where}: the access log variable ${text}`),
    );
  }
  return (entry) =>
    format.replaceAll(variablePattern, (_match, name: string) => {
      const text = String(variables[name]?.(entry) ?? '-');
      // Within a JSON format a value must not end its own quotation.
      return text === '' ? '-' : JSON.stringify(text).slice(1, -1);
    });
};
