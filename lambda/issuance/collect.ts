/** The second task: looks whether the CA has made the certificate, and says when to look again. */
import type { PrivateCa } from '../ports.ts';
import type { Collected, Requested } from './task.ts';

/** How long to wait after each look, in seconds: most certificates are there within three. */
const waits = [1, 1, 2, 3, 5, 10] as const;
/** An execution holds 25,000 events, six a round: half a minute lasts for more than a day. */
const longestWait = 30;

/** Looks once. The state machine's wait loop gives the answer back as input until it is ready. */
export async function collect(
  { enrolmentId, generation, certificateArn, looks = 0 }: Requested & { readonly looks?: number },
  ca: Pick<PrivateCa, 'collect'>,
): Promise<Collected> {
  const requested = { enrolmentId, generation, certificateArn };
  const certificatePem = await ca.collect(certificateArn);
  if (certificatePem !== undefined) return { ...requested, ready: true, certificatePem };
  const waitSeconds = waits[looks] ?? longestWait;
  return { ...requested, ready: false, looks: looks + 1, waitSeconds };
}
