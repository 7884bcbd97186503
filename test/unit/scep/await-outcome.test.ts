import { describe, expect, it } from 'vitest';
import type { AttemptProgress, Known, RowState } from '../../../lambda/ports/enrolments.ts';
import { awaitOutcome } from '../../../lambda/scep/await-outcome.ts';
import { grantedRow } from '../../contract/samples.ts';
import { testConnector } from '../../support/fakes/test-connector.ts';

const row = grantedRow();
const { enrolmentId, attempt } = row;
const refused: RowState = { status: 'refused', code: 'CertificateRefused' };

/** Waits with a store that returns these reads in order; the last one repeats. */
async function wait(
  reads: readonly Partial<
    Omit<Known, 'nextTurnAtMilliseconds'> & { readonly queueMilliseconds: number }
  >[],
  { queueMilliseconds: first = 0, waitSeconds = 3 } = {},
) {
  const { connector } = testConnector({ waitSeconds });
  const { clock } = connector;
  const began = clock.nowMilliseconds();
  const pollsAt: number[] = [];
  const readKnown = async (): Promise<Known> => {
    const { queueMilliseconds = 0, ...known } =
      reads[Math.min(pollsAt.length, reads.length - 1)] ?? {};
    pollsAt.push(clock.nowMilliseconds() - began);
    return { row, ...known, nextTurnAtMilliseconds: clock.nowMilliseconds() + queueMilliseconds };
  };
  const context = { ...connector, enrolments: { ...connector.enrolments, readKnown } };
  const outcome = await awaitOutcome(row, began + first, context);
  return { outcome, pollsAt, milliseconds: clock.nowMilliseconds() - began };
}

const marked: AttemptProgress = {
  ...{ enrolmentId, attempt, turnAtMilliseconds: 1 },
  tries: 1,
  askedAtSeconds: 1,
};

describe('the wait for a new attempt', () => {
  it('ends with its outcome', async () => {
    const { outcome, pollsAt } = await wait([{}, { row: { ...row, state: refused } }]);
    expect(outcome).toEqual(refused);
    expect(pollsAt).toHaveLength(2);
  });

  it('ends after at most three seconds, with PENDING', async () => {
    const { outcome, milliseconds, pollsAt } = await wait([{}]);
    expect(outcome).toEqual({ status: 'pending' });
    expect(milliseconds).toBe(3000);
    expect(pollsAt).toHaveLength(10);
  });

  it('continues while the CA has the request, although others queue', async () => {
    const { milliseconds } = await wait([{ progress: marked, queueMilliseconds: 60_000 }], {
      queueMilliseconds: 0,
    });
    expect(milliseconds).toBe(3000);
  });

  it('continues while no request queues, although Certify has not begun', async () => {
    const { milliseconds } = await wait([{ queueMilliseconds: 0 }]);
    expect(milliseconds).toBe(3000);
  });

  it('ends with the first poll if others queue and the CA has no request', async () => {
    const turn = { enrolmentId, attempt, turnAtMilliseconds: 1, tries: 0 };
    for (const progress of [undefined, turn]) {
      const { outcome, pollsAt } = await wait([
        { queueMilliseconds: 100, ...(progress && { progress }) },
      ]);
      expect(outcome).toEqual({ status: 'pending' });
      expect(pollsAt).toEqual([400]);
    }
  });

  it('ignores the mark of another attempt', async () => {
    const { pollsAt } = await wait([
      { queueMilliseconds: 100, progress: { ...marked, attempt: 9 } },
    ]);
    expect(pollsAt).toHaveLength(1);
  });

  it('does not begin if the queue outlasts it', async () => {
    const { outcome, pollsAt, milliseconds } = await wait([{}], { queueMilliseconds: 3001 });
    expect(outcome).toEqual({ status: 'pending' });
    expect([pollsAt.length, milliseconds]).toEqual([0, 0]);
  });

  it('does not begin if the connector declares no wait', async () => {
    const { outcome, pollsAt } = await wait([{}], { waitSeconds: 0 });
    expect(outcome).toEqual({ status: 'pending' });
    expect(pollsAt).toEqual([]);
  });

  it('takes no longer than the connector declares', async () => {
    const { milliseconds } = await wait([{}], { waitSeconds: 1 });
    expect(milliseconds).toBe(790);
  });

  it('ends once the row holds a later attempt', async () => {
    const later = { ...row, attempt: 2, state: refused };
    const { outcome, pollsAt } = await wait([{ row: later }]);
    expect(outcome).toEqual({ status: 'pending' });
    expect(pollsAt).toHaveLength(1);
  });
});
