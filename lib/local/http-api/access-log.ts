/** The access log of a stage, in the format of the template. */
import { NotModelledError } from '../template/template.ts';

/**
 * The parts of a request that a line can contain. The query is excluded, since it holds the
 * device's request.
 */
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

/** The `$context` variables by name. A variable without a value is a hyphen, as in AWS. */
const variables: Readonly<Record<string, Variable>> = {
  'error.message': integrationError,
  httpMethod: (entry) => entry.method,
  'identity.sourceIp': (entry) => entry.sourceIp,
  'identity.userAgent': (entry) => entry.userAgent,
  // Requests are not authenticated on this machine.
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
 * Creates the function that formats a line. Refuses a format with a variable that is not modelled.
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
      // The value is escaped, so that it cannot end its string in a JSON format.
      return text === '' ? '-' : JSON.stringify(text).slice(1, -1);
    });
};
