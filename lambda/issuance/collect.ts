/** The second task: looks whether the CA has made the certificate, and says when to look again. */
import type { PrivateCa } from '../ports.ts';
import type { Collected, Requested } from './task.ts';

/**
 * How long to wait after a look, in seconds, up to this many looks: most certificates are there within three seconds, and
 * a device that polls should not wait for us as well as for the CA. An execution holds 25,000 events, nine a round, so
 * a CA that is out for hours is looked at twice a minute.
 */
const pace = [
  { looks: 2, seconds: 1 },
  { looks: 4, seconds: 2 },
  { looks: 30, seconds: 5 },
  { looks: 90, seconds: 10 },
] as const;
const slowest = 30;

/** Looks once. The state machine's wait loop gives the answer back as input until it is ready. */
export async function collect(
  { enrolmentId, generation, certificateArn, looks = 0 }: Requested & { readonly looks?: number },
  ca: Pick<PrivateCa, 'collect'>,
): Promise<Collected> {
  const requested = { enrolmentId, generation, certificateArn };
  const certificatePem = await ca.collect(certificateArn);
  if (certificatePem !== undefined) return { ...requested, ready: true, certificatePem };
  const waitSeconds = pace.find((step) => looks < step.looks)?.seconds ?? slowest;
  return { ...requested, ready: false, looks: looks + 1, waitSeconds };
}
