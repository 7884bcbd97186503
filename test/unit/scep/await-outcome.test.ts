import { describe, expect, it } from 'vitest';
import type {
  AttemptProgress,
  EnrolmentRow,
  Known,
  RowState,
} from '../../../lambda/ports/enrolments.ts';
import { awaitOutcome, isReusableAt } from '../../../lambda/scep/await-outcome.ts';
import { grantedRow } from '../../contract/samples.ts';
import { testConnector } from '../../support/fakes/test-connector.ts';

const row = grantedRow();
const { enrolmentId, attempt } = row;
const refused: RowState = { status: 'refused', code: 'CertificateRefused' };

/** A wait that reads these rows, one after the other; the last one stays. */
async function waited(
  reads: readonly Partial<Omit<Known, 'nextTurnAtMilliseconds'> & { readonly ahead: number }>[],
  { ahead = 0, waitSeconds = 3 } = {},
) {
  const { connector } = testConnector({ waitSeconds });
  const { clock } = connector;
  const began = clock.nowMilliseconds();
  const looks: number[] = [];
  const readKnown = async (): Promise<Known> => {
    const { ahead: left = 0, ...known } = reads[Math.min(looks.length, reads.length - 1)] ?? {};
    looks.push(clock.nowMilliseconds() - began);
    return { row, ...known, nextTurnAtMilliseconds: clock.nowMilliseconds() + left };
  };
  const context = { ...connector, enrolments: { ...connector.enrolments, readKnown } };
  const outcome = await awaitOutcome(row, began + ahead, context);
  return { outcome, looks, milliseconds: clock.nowMilliseconds() - began };
}

const marked: AttemptProgress = {
  ...{ enrolmentId, attempt, turnAtMilliseconds: 1 },
  tries: 1,
  askedAtSeconds: 1,
};

describe('the wait for a new attempt', () => {
  it('ends with its outcome', async () => {
    const { outcome, looks } = await waited([{}, { row: { ...row, state: refused } }]);
    expect(outcome).toEqual(refused);
    expect(looks).toHaveLength(2);
  });

  it('ends after at most three seconds, with PENDING', async () => {
    const { outcome, milliseconds, looks } = await waited([{}]);
    expect(outcome).toEqual({ status: 'pending' });
    expect(milliseconds).toBe(3000);
    expect(looks).toHaveLength(10);
  });

  it('goes on while the CA has the request, though others queue', async () => {
    const { milliseconds } = await waited([{ progress: marked, ahead: 60_000 }], { ahead: 0 });
    expect(milliseconds).toBe(3000);
  });

  it('goes on while nothing queues, though Certify has not begun', async () => {
    const { milliseconds } = await waited([{ ahead: 0 }]);
    expect(milliseconds).toBe(3000);
  });

  it('ends with the first poll if others queue and the CA has no request', async () => {
    const turn = { enrolmentId, attempt, turnAtMilliseconds: 1, tries: 0 };
    for (const progress of [undefined, turn]) {
      const { outcome, looks } = await waited([{ ahead: 100, ...(progress && { progress }) }]);
      expect(outcome).toEqual({ status: 'pending' });
      expect(looks).toEqual([400]);
    }
  });

  it('takes no mark of another attempt for its own', async () => {
    const { looks } = await waited([{ ahead: 100, progress: { ...marked, attempt: 9 } }]);
    expect(looks).toHaveLength(1);
  });

  it('does not begin if the queue outlasts it', async () => {
    const { outcome, looks, milliseconds } = await waited([{}], { ahead: 3001 });
    expect(outcome).toEqual({ status: 'pending' });
    expect([looks.length, milliseconds]).toEqual([0, 0]);
  });

  it('does not begin at a connector that does not wait', async () => {
    const { outcome, looks } = await waited([{}], { waitSeconds: 0 });
    expect(outcome).toEqual({ status: 'pending' });
    expect(looks).toEqual([]);
  });

  it('is no longer than a connector declares', async () => {
    const { milliseconds } = await waited([{}], { waitSeconds: 1 });
    expect(milliseconds).toBe(790);
  });

  it('ends once a later attempt took the row', async () => {
    const later = { ...row, attempt: 2, state: refused };
    const { outcome, looks } = await waited([{ row: later }]);
    expect(outcome).toEqual({ status: 'pending' });
    expect(looks).toHaveLength(1);
  });
});

describe('a row answers the same request', () => {
  const issued = (terms: object = {}): EnrolmentRow => ({
    ...row,
    state: {
      status: 'issued',
      certificateArn: 'arn:one',
      serialHex: '0a',
      sealedCertificate: new Uint8Array(),
      notBeforeSeconds: 1000,
      notAfterSeconds: 2000,
      ...terms,
    },
  });

  it.each([
    ['while it is open', row, 1_900_000_000, true],
    ['before half of its certificate’s life', issued(), 1499, true],
    ['at half of its certificate’s life: no more', issued(), 1500, false],
    ['once its certificate is revoked: no more', issued({ revokedAtSeconds: 1 }), 1001, false],
    ['with a refusal: never', { ...row, state: refused }, 1001, false],
  ])('%s', (_, one, atSeconds, expected) => {
    expect(isReusableAt(atSeconds, one)).toBe(expected);
  });
});
