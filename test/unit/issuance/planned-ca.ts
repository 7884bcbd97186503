/**
 * A CA whose next answers a test plans. Otherwise it issues at once, and once per token within five
 * minutes, as ACM PCA does.
 */
import { Fault, type FaultCode } from '../../../lambda/core/errors.ts';
import type { PrivateCa } from '../../../lambda/ports/certificate-authority.ts';
import type { MemoryPrivateCa } from '../../support/fakes/memory-private-ca.ts';

/** With `lost` the CA issues, but its answer is lost. With `unreachable` it gets no request. */
type NextIssue = FaultCode | 'lost' | 'unreachable' | 'issued';
type NextPoll = 'pending' | 'busy' | 'failed' | 'ready';

const tokenSeconds = 300;

/** The planned answers and the received calls. */
export interface PlannedCa extends Pick<PrivateCa, 'issue' | 'retrieve'> {
  readonly plan: { readonly issue: NextIssue[]; readonly poll: NextPoll[] };
  /** Times of calls, in seconds. */
  readonly issueCalls: number[];
  readonly polls: number[];
  /** ARNs of the issued certificates, each once. */
  readonly made: Set<string>;
}

/** Plans the answers of a CA in memory. */
export function plannedCa(ca: MemoryPrivateCa, nowSeconds: () => number): PlannedCa {
  const plan: PlannedCa['plan'] = { issue: [], poll: [] };
  const issueCalls: number[] = [];
  const polls: number[] = [];
  const made = new Set<string>();
  const tokens = new Map<string, { sinceSeconds: number; count: number }>();
  const windowOf = (token: string): string => {
    const known = tokens.get(token);
    const isKnown = known !== undefined && nowSeconds() - known.sinceSeconds < tokenSeconds;
    const current = isKnown
      ? known
      : { sinceSeconds: nowSeconds(), count: (known?.count ?? 0) + 1 };
    tokens.set(token, current);
    return current.count === 1 ? token : `${token}-${current.count}`;
  };
  return {
    plan,
    issueCalls,
    polls,
    made,
    issue: async (order) => {
      issueCalls.push(nowSeconds());
      const next = plan.issue.shift() ?? 'issued';
      if (next === 'unreachable') throw new Fault('DependencyTimeout', 'acm-pca');
      if (next !== 'issued' && next !== 'lost') throw new Fault(next);
      const idempotencyToken = windowOf(order.idempotencyToken);
      const certificateArn = await ca.issue({ ...order, idempotencyToken });
      made.add(certificateArn);
      if (next === 'lost') throw new Fault('DependencyTimeout', 'acm-pca');
      return certificateArn;
    },
    retrieve: async (certificateArn) => {
      polls.push(nowSeconds());
      const next = plan.poll.shift() ?? 'ready';
      if (next === 'pending') return undefined;
      if (next === 'busy') throw new Fault('CertificateAuthorityBusy');
      if (next === 'failed') throw new Fault('CertificateRefused');
      return (await ca.retrieve(certificateArn)) ?? (await ca.retrieve(certificateArn));
    },
  };
}
