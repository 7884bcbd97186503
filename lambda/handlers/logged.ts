/** The wrapper of every handler. Its log lines share fields, and its errors contain only a code. */
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import type { Log } from '../audit/best-effort.ts';
import { describeForLog } from '../core/errors.ts';
import { beginInvocation } from './invocation.ts';
import { logLine } from './log-line.ts';

/**
 * Creates a handler that calls `run` with a log whose lines begin with `fields`. An error is logged
 * as one line with `outcome` and `code`, and then thrown as that code alone. Lambda's runtime
 * prints all properties of a thrown error, and an SDK's message may quote the request.
 *
 * The handler itself catches the error. Middy would attach the SDK's error to an error thrown in
 * `onError`, as `originalError` and as `cause`.
 */
export const withLog = <Event, Output>(
  fields: (event: Event, context: Context) => Readonly<Record<string, unknown>>,
  run: (event: Event, log: Log, context: Context) => Promise<Output>,
) =>
  middy<Event, Output>().handler(async (event, context) => {
    beginInvocation(context);
    const common = fields(event, context);
    const log: Log = (more) => logLine({ ...common, ...more });
    try {
      return await run(event, log, context);
    } catch (error) {
      const described = describeForLog(error);
      log({ outcome: 'failed', ...described });
      throw createCodeError(described.code);
    }
  });

/** An error with nothing but a code. The state machine's Retry matches its name. */
const createCodeError = (code: string): Error =>
  Object.assign(new Error(code), { name: code, stack: undefined });
