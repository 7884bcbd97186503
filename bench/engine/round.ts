/**
 * Measures one round of a server: its CPU per enrolment with one client, then its rate with eight.
 */
import type { Clients } from '../load/clients.ts';
import { readProcessCpuMilliseconds } from '../measure.ts';
import type { ScepServer } from '../servers/scep-server.ts';

/** CPU in milliseconds per enrolment, and enrolments per second. */
export interface ServerRound {
  readonly cpu: number;
  readonly rate: number;
}

const clientCount = 8;
const perRound = { cpu: 60, rate: 120 } as const;
const warmUpEnrolments = 400;

/**
 * Warms a server up: V8 and Go's allocator need some hundred requests until their figures are
 * steady.
 */
export async function warmUp(clients: Clients, server: ScepServer): Promise<void> {
  await load(clients, server, await server.requests(warmUpEnrolments), clientCount);
}

/** Measures one round. Its requests are built before the clock starts. */
export async function measureRound(clients: Clients, server: ScepServer): Promise<ServerRound> {
  const single = await server.requests(perRound.cpu);
  const many = await server.requests(perRound.rate);
  const before = readProcessCpuMilliseconds(server.pid);
  await load(clients, server, single, 1);
  const cpu = (readProcessCpuMilliseconds(server.pid) - before) / perRound.cpu;
  const { milliseconds } = await load(clients, server, many, clientCount);
  return { cpu, rate: (perRound.rate * 1000) / milliseconds };
}

const load = (
  clients: Clients,
  { url }: ScepServer,
  messages: readonly Uint8Array[],
  count: number,
) => clients.call('load', { url, messages, clients: count, mayRefuse: true });
