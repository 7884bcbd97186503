/**
 * Looks, every few minutes, at enrolments that were granted and are not settled: one whose execution has failed, or was never
 * started, is run again. What a run finds half done it goes on with (issue.ts, find.ts), so running again issues nothing twice.
 */
import type { Conductor, Ledger, Unsettled } from '../ports.ts';

/** What reconciling needs. */
export interface ReconcileContext {
  readonly ledger: Pick<Ledger, 'unsettled' | 'lookAgain' | 'beginRun'>;
  readonly conductor: Conductor;
  readonly nowSeconds: () => number;
}

/** From an enrolment's beginning to the first look at it, in seconds: most are settled after ten. */
export const firstLookSeconds = 15 * 60;

/** Between looks at one that fails again and again, in seconds, at most. */
const longestLookSeconds = 6 * 3600;

/** So many in one go: two or three calls each are half a minute, and the rest is due the next time. */
const mostAtOnce = 500;

/** What was seen and done: of those looked at, some run, some were settled meanwhile, the others were run again. */
export interface Reconciled {
  readonly looked: number;
  readonly restarted: number;
  /** Whose look failed; they stay due. */
  readonly failed: number;
}

/** Looks once at everything that is due. One that cannot be looked at does not keep it from the others. */
export async function reconcile(context: ReconcileContext): Promise<Reconciled> {
  const due = await context.ledger.unsettled(context.nowSeconds(), mostAtOnce);
  let restarted = 0;
  let failed = 0;
  for (const one of due) {
    try {
      if (await restart(one, context)) restarted += 1;
    } catch {
      failed += 1;
    }
  }
  return { looked: due.length, restarted, failed };
}

async function restart(
  { run, ...input }: Unsettled,
  { ledger, conductor, nowSeconds }: ReconcileContext,
): Promise<boolean> {
  const lookAtSeconds =
    nowSeconds() + Math.min(firstLookSeconds * 2 ** (run - 1), longestLookSeconds);
  if ((await conductor.start(input, run)) === 'running') {
    await ledger.lookAgain(input, lookAtSeconds);
    return false;
  }
  const next = { ...input, run: run + 1 };
  if (!(await ledger.beginRun(next, lookAtSeconds))) return false;
  await conductor.start(input, next.run);
  return true;
}
