/** A device's HTTP API events, written to files for the processes that answer them. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HttpEvent } from '../../lambda/http/request.ts';

/** Builds an event of this operation; with a message it is a POST. */
export const buildDeviceEvent = (operation: string, message?: Uint8Array): HttpEvent => ({
  rawQueryString: `operation=${operation}`,
  headers: {},
  isBase64Encoded: message !== undefined,
  ...(message && { body: Buffer.from(message).toString('base64') }),
  requestContext: {
    // TEST-NET-1 (RFC 5737).
    http: { method: message ? 'POST' : 'GET', sourceIp: '192.0.2.1' },
  },
});

/** Writes an event and returns its file. */
export function writeEventFile(directory: string, operation: string, message?: Uint8Array): string {
  const file = join(directory, `${operation}.json`);
  writeFileSync(file, JSON.stringify(buildDeviceEvent(operation, message)));
  return file;
}
