/**
 * The panel function, a custom widget of the dashboard. The viewer's browser calls it with the
 * viewer's permissions.
 */
import { randomUUID } from 'node:crypto';
import { answerPanel } from '../admin/panel/answer-panel.ts';
import { createAdministrationOf } from './administration.ts';
import { listConnectors } from './connector-directory.ts';
import { withLog } from './logged.ts';
import { systemClock } from './system.ts';

export const handler = withLog(
  (_: unknown, { awsRequestId }) => ({ event: 'panel', requestId: awsRequestId }),
  (event, log, { invokedFunctionArn }) =>
    answerPanel(event, {
      openAdministration: async () => createAdministrationOf(await listConnectors(), log),
      endpoint: invokedFunctionArn,
      nowSeconds: systemClock.nowSeconds(),
      makeId: randomUUID,
      log,
    }),
);
