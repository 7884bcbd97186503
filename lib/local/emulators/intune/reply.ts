/** What the emulated Microsoft answers, and how it says no. */
import { randomUUID } from 'node:crypto';

/** An answer; a body that is a text is sent as it is. */
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

/**
 * OData's envelope, in which Graph and Intune say no (issue 48 of Microsoft's library shows one).
 */
export const odataError = (status: number, code: string, message: string): Refused =>
  new Refused({ status, body: odataErrorBody(code, message) });

/** The body of one. */
export const odataErrorBody = (code: string, message: string) => ({
  error: {
    code,
    message,
    innerError: { date: new Date().toISOString(), 'request-id': randomUUID() },
  },
});

/** OAuth's, in which Entra ID says no, with the number that its documents explain. */
export const entraError = (status: number, error: string, number: number, text: string): Refused =>
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

/** A header's one value. */
export const header = ({ headers }: Request, name: string): string => String(headers[name] ?? '');
