/** What every handler is wrapped in: its log lines have fields in common, and its errors leave it by their code alone. */
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import type { Log } from '../audit/best-effort.ts';
import { toldOf } from '../errors.ts';
import { beginInvocation } from './invocation.ts';
import { logLine } from './log-line.ts';

/**
 * A handler that runs `run` with a log whose lines begin with `fields`. An error is logged as one line, `outcome` and `code`, and
 * thrown on by its code: Lambda's runtime prints whatever a handler throws with all of its properties, and a state machine keeps
 * name, message and stack in its history, while an SDK's message may quote the request.
 *
 * It catches inside the handler: what a middy `onError` throws, middy gives an `originalError` and a `cause`, the SDK's error.
 */
export const logged = <Event, Output>(
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
      const told = toldOf(error);
      log({ outcome: 'failed', ...told });
      throw errorOf(told.code);
    }
  });

/** An error that is nothing but a code. Retry and Catch of a state machine match its name. */
const errorOf = (code: string): Error =>
  Object.assign(new Error(code), { name: code, stack: undefined });
