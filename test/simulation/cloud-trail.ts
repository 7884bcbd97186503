/**
 * LookupEvents of CloudTrail: pages of fifty events, newest first, two calls per second for the
 * whole account. Records are minutes or hours late.
 */
import type { CloudTrailClient, LookupEventsCommandInput } from '@aws-sdk/client-cloudtrail';
import { createCloudTrailIssuanceLog } from '../../lambda/aws/cloudtrail-issuance-log.ts';
import type { IssuanceLog } from '../../lambda/ports/issuance-log.ts';
import { createBucket } from './bucket.ts';
import type { OrderedCertificate, SimulatedCa } from './certificate-authority.ts';
import { type Caller, type Network, Outage, send } from './faults.ts';
import { sleepWhileAlive } from './functions.ts';

const pageSize = 50;
const callsPerSecond = 2;

/** The client of handlers/find-lost.ts makes eight tries within twenty seconds. */
const maxTries = 8;

/** Creates the adapters of invocations. An event appears at its recording time and stays. */
export function createCloudTrail(
  network: Network,
  { certificates }: Pick<SimulatedCa, 'certificates'>,
  epoch: number,
): (caller: Caller) => IssuanceLog {
  const { time, dice } = network;
  const quota = createBucket({ perSecond: callsPerSecond }, time.now);
  const lookUp = async ({ StartTime, EndTime, NextToken }: LookupEventsCommandInput) => {
    if (!quota()) throw new Outage('ThrottlingException');
    // A page token contains the time of the first page, so that a late event does not shift the
    // pages.
    const [seenAt = 0, from = 0] = NextToken?.split(':').map(Number) ?? [time.now(), 0];
    const isShown = ({ orderedAt, recordedAt }: OrderedCertificate): boolean => {
      const at = epoch + orderedAt;
      const isBetween = at >= Number(StartTime) && at <= Number(EndTime);
      return isBetween && recordedAt <= seenAt;
    };
    const shown = certificates.filter(isShown).toReversed();
    const more = from + pageSize < shown.length;
    return {
      Events: shown.slice(from, from + pageSize).map(toCloudTrailEvent),
      ...(more && { NextToken: `${seenAt}:${from + pageSize}` }),
    };
  };
  return (caller) => {
    const sleep = (milliseconds: number): Promise<void> =>
      sleepWhileAlive(time, caller, milliseconds);
    const target = { name: 'CloudTrail.LookupEvents', repeats: 'again' } as const;
    const client = {
      send: async ({ input }: { readonly input: LookupEventsCommandInput }) => {
        for (let tries = 1; ; tries += 1) {
          try {
            return await send(network, caller, target, () => lookUp(input));
          } catch (error) {
            const isThrottled = error instanceof Outage && error.name === 'ThrottlingException';
            if (!isThrottled || tries >= maxTries) throw error;
            await sleep(500 + dice.between(0, 500 * tries));
          }
        }
      },
    } as unknown as Pick<CloudTrailClient, 'send'>;
    return createCloudTrailIssuanceLog(client, sleep);
  };
}

const toCloudTrailEvent = ({ arn, order, isNamed }: OrderedCertificate) => ({
  CloudTrailEvent: JSON.stringify({
    requestParameters: isNamed ? { idempotencyToken: order.idempotencyToken } : null,
    responseElements: { certificateArn: arn },
  }),
});
