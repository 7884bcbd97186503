/** The panel function: a custom widget of the dashboard, called by the browser of who looks at it, with that user's rights. */
import { randomUUID } from 'node:crypto';
import middy from '@middy/core';
import { answerPanel } from '../admin/panel/answer-panel.ts';
import { administration } from './administration.ts';
import { beginInvocation } from './invocation.ts';
import { logLine } from './log-line.ts';
import { systemClock } from './system.ts';

export const handler = middy<unknown, string>().handler((event, context) => {
  beginInvocation(context);
  const log = (fields: Readonly<Record<string, unknown>>): void =>
    logLine({ event: 'panel', requestId: context.awsRequestId, ...fields });
  return answerPanel(event, {
    administration: administration(log),
    endpoint: context.invokedFunctionArn,
    nowSeconds: systemClock.nowSeconds(),
    makeId: randomUUID,
    log,
  });
});
