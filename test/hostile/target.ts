/** A connector that measures the CPU time of each message, and a search for secrets in its log. */
import { failInfos } from '../../lambda/core/errors.ts';
import { certRepFieldsOf } from '../unit/http/cert-rep-fields.ts';
import { post } from '../unit/http/events.ts';
import { type ServiceOptions, service } from '../unit/http/service.ts';

/** The answer to one message. */
export interface Strike {
  readonly status: number;
  readonly code: string | undefined;
  readonly failInfo: string | undefined;
  readonly bytes: Uint8Array;
  /** CPU time of this process, which does not depend on other load of the machine. */
  readonly cpuMilliseconds: number;
}

/** The bound for one message. */
export const maxCpuMilliseconds = 250;

/** Creates such a connector; `orders` are the calls to its CA. */
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

/** Whether a message was refused: HTTP 400 or 413, or a signed FAILURE with a known failInfo. */
export const isRefused = ({ status, failInfo }: Strike): boolean =>
  status === 400 || status === 413 || (status === 200 && known.has(failInfo ?? ''));

const known = new Set<string>(Object.values(failInfos));

/** The secrets in log lines: the challenge, a PEM header, and pieces of the request in base64. */
export function secretsIn(
  lines: readonly string[],
  challenge: string,
  request: Uint8Array,
): string[] {
  const encoded = Buffer.from(request).toString('base64');
  const pieces = Array.from({ length: Math.floor(encoded.length / 24) }, (_, run) =>
    encoded.slice(run * 24, run * 24 + 24),
  );
  const written = lines.join('\n');
  return [challenge, 'BEGIN ', ...pieces].filter((secret) => written.includes(secret));
}
