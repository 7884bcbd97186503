/** The emulated Microsoft's answers and errors. */
import { randomUUID } from 'node:crypto';

/** An answer; a text body is sent unchanged. */
export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** A request as the handlers see it. */
export interface Request {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** An answer that ends the handling of a request. */
export class Refused extends Error {
  readonly reply: Reply;

  constructor(reply: Reply) {
    super(`HTTP ${reply.status}`);
    this.reply = reply;
  }
}

/** An error of Graph or Intune in OData's envelope (issue 48 of Microsoft's library shows one). */
export const createODataError = (status: number, code: string, message: string): Refused =>
  new Refused({ status, body: buildODataErrorBody(code, message) });

/** The body of such an error. */
export const buildODataErrorBody = (code: string, message: string) => ({
  error: {
    code,
    message,
    innerError: { date: new Date().toISOString(), 'request-id': randomUUID() },
  },
});

/** An OAuth error of Entra ID, with the number that its documentation explains. */
export const createEntraError = (
  status: number,
  error: string,
  number: number,
  text: string,
): Refused =>
  new Refused({
    status,
    body: {
      error,
      error_description: `AADSTS${number}: ${text} Trace ID: ${randomUUID()}`,
      error_codes: [number],
      timestamp: new Date().toISOString(),
      trace_id: randomUUID(),
      correlation_id: randomUUID(),
    },
  });

/** The one value of a header. */
export const readHeader = ({ headers }: Request, name: string): string =>
  String(headers[name] ?? '');
