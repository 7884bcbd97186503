/**
 * A fresh process: imports the given bundle, lets it answer one request, and sends its parent the
 * time that took.
 */
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

/** In milliseconds; `cpu` is the CPU time of all threads. */
export interface ColdStart {
  /** Until `handler` was imported. */
  readonly imported: number;
  /** Until the first request was answered. */
  readonly answered: number;
  readonly cpu: number;
}

const [bundle = '', eventFile = ''] = process.argv.slice(2);
const event = JSON.parse(readFileSync(eventFile, 'utf8'));
const { href } = pathToFileURL(bundle);
const start = performance.now();
const cpu = process.cpuUsage();
const { handler } = await import(href);
const imported = performance.now() - start;
const { statusCode } = await handler(event, { awsRequestId: 'bench' });
const answered = performance.now() - start;
const { user, system } = process.cpuUsage(cpu);
if (statusCode !== 200) throw new Error(`the first request was answered with ${statusCode}`);
process.send?.({ imported, answered, cpu: (user + system) / 1000 } satisfies ColdStart);
process.disconnect?.();
