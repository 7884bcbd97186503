/** One run of the Revoke function (handlers/revoke.ts). */
import { revokeRequested } from '../../lambda/revocation/revoke-requested.ts';
import { revokeWithheld } from '../../lambda/revocation/revoke-withheld.ts';
import type { ContextParts } from './contexts.ts';
import { isBug } from './faults.ts';
import type { Ports } from './ports.ts';
import type { Trace } from './trace.ts';

/** Revokes withheld certificates, and those whose revocation Intune requested. */
export async function runRevoke(
  ports: Ports,
  { nowSeconds, isIntune }: ContextParts,
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
