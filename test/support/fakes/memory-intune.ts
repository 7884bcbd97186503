import { createHash } from 'node:crypto';
import type {
  Intune,
  IntuneFailure,
  IntuneRequest,
  IntuneVerdict,
} from '../../../lambda/ports/intune.ts';
import type {
  IntuneRevocations,
  RevocationRequest,
  RevocationResult,
} from '../../../lambda/ports/revocations.ts';

/** A planned answer: a refusal's code, or an outage. */
type Next = { readonly refused: string } | 'outage';

type Outcome = 'validated' | 'succeeded' | 'failed';

interface Transaction {
  readonly digest: string;
  readonly outcome: Outcome;
}

/** Microsoft Intune in memory; the contract suite compares it with the adapter on the emulator. */
export interface MemoryIntune extends Intune, IntuneRevocations {
  /** Every call about a request, in order, by its transactionID. */
  readonly calls: { readonly call: string; readonly transactionId: string }[];
  readonly certificates: Uint8Array[];
  readonly failures: IntuneFailure[];
  /** Uploaded results, in order; a request has several if its result was sent again. */
  readonly results: RevocationResult[];
  /** Plans the results of the next calls; later calls succeed. */
  readonly plan: (...next: readonly Next[]) => void;
  readonly queue: (request: RevocationRequest) => void;
}

/** Creates an Intune that grants everything unless a test plans otherwise. */
export function memoryIntune(): MemoryIntune {
  const transactions = new Map<string, Transaction>();
  const queued = new Map<string, RevocationRequest>();
  const answered = new Set<string>();
  const coming: Next[] = [];
  const seen = {
    calls: [] as MemoryIntune['calls'],
    certificates: [] as Uint8Array[],
    failures: [] as IntuneFailure[],
    results: [] as RevocationResult[],
  };
  const planned = (): IntuneVerdict => {
    const next = coming.shift();
    if (next === 'outage') throw new Error('IntuneUnavailable');
    return next ?? 'granted';
  };
  const act = (call: string, request: IntuneRequest, outcome: Outcome): IntuneVerdict => {
    seen.calls.push({ call, transactionId: request.transactionId });
    const verdict = planned();
    if (verdict !== 'granted') return verdict;
    const digest = createHash('sha256').update(request.certificateRequest).digest('hex');
    const known = transactions.get(request.transactionId);
    if (outcome !== 'validated') inOrder(known, digest, outcome);
    transactions.set(request.transactionId, { digest, outcome });
    return 'granted';
  };
  return {
    ...seen,
    plan: (...next) => void coming.push(...next),
    queue: (request) => void queued.set(request.requestContext, request),
    validate: async (request) => act('validate', request, 'validated'),
    notifySuccess: async (request, certificate) => {
      const verdict = act('notifySuccess', request, 'succeeded');
      if (verdict === 'granted') seen.certificates.push(certificate);
      return verdict;
    },
    notifyFailure: async (request, failure) => {
      const verdict = act('notifyFailure', request, 'failed');
      if (verdict === 'granted') seen.failures.push(failure);
      return verdict;
    },
    downloadRevocations: async (limit) => {
      planned();
      return [...queued.values()].slice(0, limit);
    },
    uploadRevocationResults: async (results) => {
      planned();
      const known = results.every(
        (one) => queued.has(one.requestContext) || answered.has(one.requestContext),
      );
      if (!known) return false;
      for (const result of results) {
        seen.results.push(result);
        queued.delete(result.requestContext);
        answered.add(result.requestContext);
      }
      return true;
    },
  };
}

/** A notification belongs to a validated request, and its first outcome is kept. */
function inOrder(known: Transaction | undefined, digest: string, outcome: Outcome): void {
  const stands = known?.outcome === 'validated' || known?.outcome === outcome;
  if (!stands || known?.digest !== digest) throw new Error('IntuneUnavailable');
}
