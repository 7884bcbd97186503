/** One run of the dispatcher takes over from the previous one. */
import { expect, it } from 'vitest';
import { dispatch } from '../../../lambda/issuance/dispatch.ts';
import { memoryDueAttempts } from '../../support/fakes/memory-due.ts';
import { memoryTables } from '../../support/fakes/memory-tables.ts';
import { connectorId } from '../requests.ts';
import { createVirtualTime } from '../virtual-time.ts';

it('the dispatcher starts rows in every second while runs of 65 s begin every minute', async () => {
  const time = createVirtualTime();
  const tables = memoryTables();
  const startedAt: number[] = [];
  const nowSeconds = (): number => Math.floor(time.now() / 1000);
  const run = (holder: string): Promise<unknown> =>
    dispatch({
      due: memoryDueAttempts(tables),
      start: async () => {
        startedAt.push(nowSeconds());
        tables.nextTurnAtMilliseconds = Math.max(tables.nextTurnAtMilliseconds, time.now()) + 40;
      },
      nextTurn: async () => tables.nextTurnAtMilliseconds,
      perSecond: 25,
      holder,
      clock: { nowSeconds, nowMilliseconds: time.now, sleep: time.sleep },
      endsAtMilliseconds: time.now() + 65_000,
    });
  for (let row = 0; row < 5000; row += 1) {
    const enrolmentId = row.toString(16).padStart(8, '0');
    const state = { status: 'granted', sealedGrant: new Uint8Array() } as const;
    const known = { connectorId, enrolmentId, attempt: 1, grantedAtSeconds: 0 };
    tables.rows.set(`${connectorId}#${enrolmentId}`, {
      row: { ...known, subject: '', transactionId: '', state },
      due: { of: 'due', atSeconds: 0 },
    });
  }
  for (const minute of [0, 1, 2])
    time.after(minute * 60_000, () => time.spawn(() => run(`run ${minute}`)));
  await time.run();
  const idle = Array.from({ length: 180 }, (_, second) => second).filter(
    (second) => !startedAt.includes(second) && !startedAt.includes(second + 1),
  );
  expect(idle).toEqual([]);
});
