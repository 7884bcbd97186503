/** Serves the console with a panel of the test, as `npm start` does. */
import { onTestFinished } from 'vitest';
import { createConsole } from '../../../lib/local/console/console.ts';
import type { CustomWidget } from '../../../lib/local/console/widgets.ts';
import { openHttpApiServer } from '../../../lib/local/http-api/server.ts';
import { createTokenBucket } from '../../../lib/local/token-bucket.ts';

/** The widget of the test's dashboard. */
export const widget: CustomWidget = {
  dashboardName: 'Test',
  title: 'SCEP',
  endpoint: 'arn:aws:lambda:us-east-1:000000000000:function:panel',
  params: {},
};

/** Serves the console. `answer` is the function of the widget. */
export async function serveConsole(
  answer: (event: unknown) => unknown,
  served: CustomWidget = widget,
): Promise<{ readonly url: string; readonly port: number }> {
  const server = await openHttpApiServer({ port: 0, portVariable: 'PORT', refusesBrowsers: true });
  onTestFinished(server.stop);
  const console = createConsole({
    widgets: [served],
    accountId: '000000000000',
    functionOf: (arn) =>
      arn === widget.endpoint
        ? async (event) => ({ ok: true, payload: JSON.stringify((await answer(event)) ?? null) })
        : undefined,
  });
  const api = {
    apiId: 'api',
    accountId: '000000000000',
    port: server.port,
    routes: [],
    throttle: createTokenBucket(100, 100),
    log: () => {},
  };
  server.serve(api, console);
  return { url: `${server.url}/console`, port: server.port };
}
