import { describe, expect, it } from 'vitest';
import type { Generation } from '../../lambda/generation.ts';
import { reconcile } from '../../lambda/issuance/reconcile.ts';
import { memoryLedger } from '../fakes/memory-ledger.ts';

const quarter = 15 * 60;

/** Enrolments that were begun at 0, of which each execution stands as `executions` says: 'ended' unless it is in there. */
async function openEnrolments(count: number, running: ReadonlySet<string> = new Set()) {
  let now = 0;
  const ledger = memoryLedger(() => now);
  const started: string[] = [];
  for (let one = 0; one < count; one += 1)
    await ledger.begin({
      connectorId: 'test',
      enrolmentId: `e${one}`,
      generation: 1,
      sealedGrant: new Uint8Array(),
      state: { status: 'granted' },
    });
  const conductor = {
    start: async ({ enrolmentId }: Generation, run = 1) => {
      const name = `${enrolmentId}.${run}`;
      if (name === 'e0.1' && running.has('unreachable')) throw new Error('ThrottlingException');
      started.push(name);
      return run === 1 && !running.has(enrolmentId) ? ('ended' as const) : ('running' as const);
    },
  };
  return {
    ledger,
    started,
    lookAt: (seconds: number) => {
      now = seconds;
      return reconcile({ ledger, conductor, nowSeconds: () => now });
    },
  };
}

describe('reconciling', () => {
  it('leaves an enrolment alone for its first quarter of an hour', async () => {
    const { lookAt, started } = await openEnrolments(1);
    expect(await lookAt(quarter - 1)).toEqual({ looked: 0, restarted: 0, failed: 0 });
    expect(started).toEqual([]);
  });

  it('runs again what has ended without an outcome', async () => {
    const { lookAt, started } = await openEnrolments(1);
    expect(await lookAt(quarter)).toEqual({ looked: 1, restarted: 1, failed: 0 });
    expect(started).toEqual(['e0.1', 'e0.2']);
  });

  it('leaves alone what runs, and looks again later', async () => {
    const { lookAt, started } = await openEnrolments(1, new Set(['e0']));
    expect(await lookAt(quarter)).toMatchObject({ restarted: 0 });
    expect(await lookAt(quarter + 1)).toMatchObject({ looked: 0 });
    expect(await lookAt(2 * quarter)).toMatchObject({ looked: 1 });
    expect(started).toEqual(['e0.1', 'e0.1']);
  });

  it('runs nothing again that was settled meanwhile', async () => {
    const { lookAt, ledger, started } = await openEnrolments(1);
    const stale = await ledger.unsettled(quarter, 1);
    await ledger.settle(
      { enrolmentId: 'e0', generation: 1 },
      { status: 'refused', code: 'CertificateRefused' },
    );
    ledger.unsettled = async () => stale;
    expect(await lookAt(quarter)).toEqual({ looked: 1, restarted: 0, failed: 0 });
    expect(started).toEqual(['e0.1']);
  });

  it('looks at the others where one cannot be looked at, which stays due', async () => {
    const { lookAt } = await openEnrolments(3, new Set(['unreachable']));
    expect(await lookAt(quarter)).toEqual({ looked: 3, restarted: 2, failed: 1 });
    expect(await lookAt(quarter + 1)).toMatchObject({ looked: 1, failed: 1 });
  });
});
