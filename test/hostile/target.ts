/**
 * A connector under attack: each message is timed, answered somehow, and leaves nothing secret in
 * the log.
 */
import { failInfos } from '../../lambda/core/errors.ts';
import { certRepFieldsOf } from '../unit/http/cert-rep-fields.ts';
import { post } from '../unit/http/events.ts';
import { type ServiceOptions, service } from '../unit/http/service.ts';

/** What one message came to. */
export interface Strike {
  readonly status: number;
  readonly code: string | undefined;
  readonly failInfo: string | undefined;
  readonly bytes: Uint8Array;
  /** Of this process, so that a busy machine does not count. */
  readonly cpuMilliseconds: number;
}

/** The most CPU that one message may cost. */
export const maxCpuMilliseconds = 250;

/** Makes one. `orders` are what was asked of its CA. */
export function target(options: ServiceOptions = {}) {
  const inner = service(options);
  const strike = async (message: Uint8Array): Promise<Strike> => {
    const before = process.cpuUsage();
    const { status, bytes } = await inner.ask(post(message));
    const { user, system } = process.cpuUsage(before);
    const { code, outcome } = inner.lastLine();
    return {
      status,
      code: typeof code === 'string' ? code : undefined,
      failInfo: outcome === 'refused' ? certRepFieldsOf(bytes).failInfo : undefined,
      bytes,
      cpuMilliseconds: (user + system) / 1000,
    };
  };
  return { ...inner, strike, orders: inner.ca.orders };
}

/**
 * Whether a message was turned away: HTTP 400 or 413, or a signed FAILURE with a failInfo of the
 * table.
 */
export const turnedAway = ({ status, failInfo }: Strike): boolean =>
  status === 400 || status === 413 || (status === 200 && known.has(failInfo ?? ''));

const known = new Set<string>(Object.values(failInfos));

/** The secrets that are in these log lines: the challenge, or any run of the request's base64. */
export function secretsIn(
  lines: readonly string[],
  challenge: string,
  request: Uint8Array,
): string[] {
  const encoded = Buffer.from(request).toString('base64');
  const runs = Array.from({ length: Math.floor(encoded.length / 24) }, (_, run) =>
    encoded.slice(run * 24, run * 24 + 24),
  );
  const written = lines.join('\n');
  return [challenge, 'BEGIN ', ...runs].filter((secret) => written.includes(secret));
}
