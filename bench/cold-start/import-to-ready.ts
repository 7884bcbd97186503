/** A fresh process: imports the bundle it is given, has one request answered, and sends its parent how long that took. */
import { pathToFileURL } from 'node:url';

/** In milliseconds; `cpu` of all threads. */
export interface ColdStart {
  /** Until `handler` was there. */
  readonly imported: number;
  /** Until the first GetCACaps was answered. */
  readonly answered: number;
  readonly cpu: number;
}

const event = {
  rawPath: '/scep/bench',
  rawQueryString: 'operation=GetCACaps',
  isBase64Encoded: false,
  requestContext: { http: { method: 'GET' } },
};

const url = pathToFileURL(process.argv[2] ?? '').href;
const start = performance.now();
const cpu = process.cpuUsage();
const { handler } = await import(url);
const imported = performance.now() - start;
const { statusCode } = await handler(event, { awsRequestId: 'bench' });
const answered = performance.now() - start;
const { user, system } = process.cpuUsage(cpu);
if (statusCode !== 200) throw new Error(`GetCACaps was answered with ${statusCode}`);
process.send?.({ imported, answered, cpu: (user + system) / 1000 } satisfies ColdStart);
