/** An attacker with write access to the table of enrolments only. */
import type { EnrolmentRow, RowState } from '../../../lambda/ports/enrolments.ts';
import { granted } from './granted.ts';

export type Enrolment = Awaited<ReturnType<typeof granted>>;

/** Restores or changes the row of an enrolment. */
export function rowsOf({ tables, attempt }: Enrolment) {
  const id = `test#${attempt.enrolmentId}`;
  const nowSeconds = Math.floor(Date.now() / 1000);
  return {
    read: () => tables.rows.get(id)?.row,
    putBack: (row: EnrolmentRow | undefined, key = id) => {
      if (row) tables.rows.set(key, { row, due: { of: 'due', atSeconds: nowSeconds } });
    },
    rewrite: (state: RowState, of: 'due' | 'lost' | 'withheld' = 'due') => {
      const row = tables.rows.get(id)?.row;
      if (row) tables.rows.set(id, { row: { ...row, state }, due: { of, atSeconds: nowSeconds } });
    },
  };
}

/** A settled enrolment, and its row before the settlement. */
export async function settled(
  options: Parameters<typeof granted>[0] = {},
  plan?: 'CertificateRefused',
) {
  const enrolment = await granted(options);
  const rows = rowsOf(enrolment);
  const before = rows.read();
  if (before?.state.status !== 'granted') throw new Error('not granted');
  const { sealedGrant } = before.state;
  if (plan) enrolment.ca.plan.issue.push(plan);
  await enrolment.run();
  return { ...enrolment, rows, before, sealedGrant };
}

/** Whether a run of Revoke makes the CA revoke anything. */
export const isRevoked = async ({ revoke, revokedByCa }: Enrolment) => {
  await revoke();
  return revokedByCa.length > 0;
};
