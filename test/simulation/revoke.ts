/** One run of the Revoke function, as handlers/revoke.ts makes it. */
import { revokeRequested } from '../../lambda/revocation/revoke-requested.ts';
import { revokeWithheld } from '../../lambda/revocation/revoke-withheld.ts';
import { isBug } from './faults.ts';
import type { Ports } from './ports.ts';
import type { Rooms } from './rooms.ts';
import type { Trace } from './trace.ts';

/** Revokes what is withheld, and what Intune wants revoked. */
export async function runRevoke(
  ports: Ports,
  { nowSeconds, isIntune }: Rooms,
  trace: Trace,
): Promise<void> {
  const report = (error: unknown): void => {
    if (isBug(error)) throw error;
    trace.note(`${ports.caller.label} postponed: ${(error as Error).name}`);
  };
  const { withheld, ca, intune, journal, certificates } = ports;
  await revokeWithheld({ withheld, ca, batch: 100, nowSeconds, report });
  if (!isIntune) return;
  await revokeRequested({
    ...{ intune, journal, certificates, ca, nowSeconds },
    caConfiguration: 'test',
    batch: 500,
    maxCaSeconds: 240,
    report: ({ error }) => report(error),
  });
}
