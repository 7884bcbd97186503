/**
 * The console: a page in place of CloudWatch's, for the custom widgets of the template's
 * dashboards.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Invoke } from '../functions/invocation.ts';
import {
  buildGatewayMessage,
  type HttpRequest,
  type HttpResponse,
} from '../http-api/http-request.ts';
import { buildWidgetEvent, readWidgetCall } from './event.ts';
import type { CustomWidget } from './widgets.ts';

/** The console's widgets, and access to the functions that draw them. */
export interface ConsoleOptions {
  readonly widgets: readonly CustomWidget[];
  /** The function of an ARN; undefined if the template has no such function. */
  readonly functionOf: (arn: string) => Invoke | undefined;
  readonly accountId: string;
}

/**
 * Answers a request for a path of the console. The caller has already checked its origin
 * (browsers.ts).
 */
export type Console = (request: HttpRequest) => Promise<HttpResponse>;

/** Whether a request is for the console: `/console` or below. */
export const isForConsole = (target: string): boolean => /^\/console(?:[/?]|$)/.test(target);

const files: Readonly<Record<string, readonly [file: string, type: string]>> = {
  '/console': ['page.html', 'text/html; charset=utf-8'],
  '/console/page.css': ['page.css', 'text/css; charset=utf-8'],
  '/console/page.js': ['page.js', 'text/javascript; charset=utf-8'],
  '/console/widget.js': ['widget.js', 'text/javascript; charset=utf-8'],
  '/console/sanitise.js': ['sanitise.js', 'text/javascript; charset=utf-8'],
};

/**
 * Allows only the page's own scripts, nothing from other origins, no sent form, and no frame around
 * it.
 */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  'img-src data:',
  "connect-src 'self'",
  "form-action 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

const buildResponse = (status: number, type: string, body: string | Buffer): HttpResponse => ({
  status,
  headers: [
    ['content-type', type],
    ['content-security-policy', policy],
    ['cache-control', 'no-store'],
    ['referrer-policy', 'no-referrer'],
    ['x-content-type-options', 'nosniff'],
    ['x-frame-options', 'DENY'],
  ],
  body: Buffer.from(body),
});

const buildJsonResponse = (status: number, value: unknown): HttpResponse =>
  buildResponse(status, 'application/json', JSON.stringify(value));

/**
 * Creates the console. It serves its own files, the list of widgets, and calls to the widgets'
 * functions.
 */
export const createConsole =
  (options: ConsoleOptions): Console =>
  async ({ method, target, body }) => {
    const [path = ''] = target.split('?', 1);
    const file = Object.hasOwn(files, path) ? files[path] : undefined;
    if (method === 'GET' && file)
      return buildResponse(200, file[1], readFileSync(join(import.meta.dirname, file[0])));
    if (method === 'GET' && path === '/console/widgets')
      return buildJsonResponse(
        200,
        options.widgets.map(({ title, dashboardName, endpoint }) => ({
          title,
          dashboardName,
          endpoint,
        })),
      );
    if (method === 'POST' && path === '/console/call')
      return callWidget(body.toString('utf8'), options);
    return buildGatewayMessage(404, 'Not Found');
  };

async function callWidget(
  body: string,
  { widgets, functionOf, accountId }: ConsoleOptions,
): Promise<HttpResponse> {
  const given = readWidgetCall(body);
  const widget = given && widgets[given.widget];
  if (!widget) return buildGatewayMessage(400, 'Bad Request');
  const invoke = functionOf(widget.endpoint);
  if (!invoke) return buildJsonResponse(502, { error: `no function ${widget.endpoint}` });
  const result = await invoke(buildWidgetEvent(widget, given, accountId));
  return result.ok
    ? buildJsonResponse(200, { result: JSON.parse(result.payload) })
    : buildJsonResponse(502, { error: result.error.errorType });
}
