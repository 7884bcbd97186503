/** Every known failure of Microsoft's services, on demand. */
import { setTimeout } from 'node:timers/promises';
import { buildODataErrorBody, Refused, type Reply } from './reply.ts';

/** The calls that can be made to fail. */
export const operations = [
  'token',
  'discovery',
  'validateRequest',
  'successNotification',
  'failureNotification',
  'downloadRevocationRequests',
  'uploadRevocationResults',
] as const;

export type IntuneOperation = (typeof operations)[number];

/** One kind of failure. `lost` processes the call and drops the connection instead of answering. */
export type Fault =
  | { readonly kind: 'code'; readonly code: string }
  | { readonly kind: 'status'; readonly status: number; readonly retryAfterSeconds?: number }
  | { readonly kind: 'body'; readonly body: string; readonly status?: number }
  | { readonly kind: 'redirect'; readonly location: string }
  | { readonly kind: 'hang' }
  | { readonly kind: 'disconnect' }
  | { readonly kind: 'lost' }
  | { readonly kind: 'delay'; readonly milliseconds: number };

/** The server's reaction to a call: it answers, drops the connection, or does not answer at all. */
export type Fate = Reply | 'disconnect' | 'hang';

/** Faults in the order in which they were added, each for a number of calls. */
export interface Faults {
  add(operation: IntuneOperation, fault: Fault, times?: number): void;
  clear(): void;
  /** Answers a call, or fails it with the next fault. */
  through(operation: IntuneOperation, answer: () => Promise<Reply>): Promise<Fate>;
}

export const createFaults = (): Faults => {
  const planned = new Map<IntuneOperation, { fault: Fault; times: number }[]>();
  const next = (operation: IntuneOperation): Fault | undefined => {
    const queue = planned.get(operation) ?? [];
    const [first] = queue;
    if (!first) return undefined;
    first.times -= 1;
    if (first.times <= 0) queue.shift();
    return first.fault;
  };
  return {
    add: (operation, fault, times = 1) => {
      planned.set(operation, [...(planned.get(operation) ?? []), { fault, times }]);
    },
    clear: () => planned.clear(),
    through: async (operation, answer) => {
      const fault = next(operation);
      return fault ? await applyFault(fault, answer) : await answer();
    },
  };
};

const applyFault = async (fault: Fault, answer: () => Promise<Reply>): Promise<Fate> => {
  switch (fault.kind) {
    case 'code':
      return { status: 200, body: { code: fault.code, errorDescription: 'injected fault' } };
    case 'status':
      return buildStatusReply(fault.status, fault.retryAfterSeconds);
    case 'body':
      return { status: fault.status ?? 200, body: fault.body };
    case 'redirect':
      return { status: 302, headers: { location: fault.location }, body: '' };
    case 'hang':
      return 'hang';
    case 'disconnect':
      return 'disconnect';
    case 'lost':
      await answer().catch(ignoreRefusal);
      return 'disconnect';
    case 'delay':
      await setTimeout(fault.milliseconds);
      return await answer();
  }
};

const ignoreRefusal = (error: unknown): void => {
  if (!(error instanceof Refused)) throw error;
};

const buildStatusReply = (status: number, retryAfterSeconds: number | undefined): Reply => ({
  status,
  headers: retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) },
  body: buildODataErrorBody(status >= 500 ? 'InternalError' : 'Refused', 'injected fault'),
});
