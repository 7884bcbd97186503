/**
 * The wrapper of every handler: its log lines share fields, and its errors leave as a code alone.
 */
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import type { Log } from '../audit/best-effort.ts';
import { describeForLog } from '../core/errors.ts';
import { beginInvocation } from './invocation.ts';
import { logLine } from './log-line.ts';

/**
 * A handler that runs `run` with a log whose lines begin with `fields`. An error is logged as one
 * line with `outcome` and `code`, then thrown as that code alone. Lambda's runtime prints a thrown
 * error with all of its properties, and an SDK's message may quote the request.
 *
 * It catches inside the handler. What a middy `onError` throws gets an `originalError` and a
 * `cause`, the SDK's error.
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
      throw errorOf(described.code);
    }
  });

/** An error that holds a code and nothing else. Retry of the state machine matches its name. */
const errorOf = (code: string): Error =>
  Object.assign(new Error(code), { name: code, stack: undefined });
