/** What the CA was asked, out of CloudTrail's event history, which every account has for 90 days without a trail. */
import { type CloudTrailClient, type Event, LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import type { IssuanceRecords } from '../ports.ts';

/** Certificates ordered with a token that earlier lookups came by: in a storm, one window holds many. */
const mostRemembered = 20_000;

/** 100 pages of 50 are more than the CA's 25 a second can fill in three minutes; CloudTrail answers two calls a second. */
const mostPages = 150;

interface Order {
  readonly token?: string;
  readonly certificateArn: string;
}

/**
 * The port on one CA. Throws where the window was not read to its end, and where its orders show no token at all: then nobody
 * can say that a certificate was not made.
 */
export function cloudTrailRecords(
  client: CloudTrailClient,
  certificateAuthorityArn: string,
): IssuanceRecords {
  const remembered = new Map<string, string>();
  const remember = ({ token, certificateArn }: Order): void => {
    if (token === undefined) return;
    if (remembered.size >= mostRemembered) remembered.clear();
    remembered.set(token, certificateArn);
  };
  return {
    certificateArnOf: async (token, fromSeconds, toSeconds) => {
      const known = remembered.get(token);
      if (known) return known;
      let orders = 0;
      let tokens = 0;
      for await (const event of eventsBetween(client, fromSeconds, toSeconds)) {
        const order = orderIn(event, certificateAuthorityArn);
        if (order === undefined) continue;
        orders += 1;
        if (order.token !== undefined) tokens += 1;
        remember(order);
      }
      if (orders > 0 && tokens === 0) throw new RecordsUnreadable();
      return remembered.get(token);
    },
  };
}

/** CloudTrail shows orders, and none with its token: its events are not what they were. */
class RecordsUnreadable extends Error {
  override readonly name = 'RecordsUnreadable';
}

async function* eventsBetween(
  client: CloudTrailClient,
  fromSeconds: number,
  toSeconds: number,
): AsyncGenerator<Event> {
  let NextToken: string | undefined;
  for (let page = 0; page < mostPages; page += 1) {
    const command = new LookupEventsCommand({
      LookupAttributes: [{ AttributeKey: 'EventName', AttributeValue: 'IssueCertificate' }],
      StartTime: new Date(fromSeconds * 1000),
      EndTime: new Date(toSeconds * 1000),
      MaxResults: 50,
      NextToken,
    });
    const answer = await client.send(command);
    yield* answer.Events ?? [];
    NextToken = answer.NextToken;
    if (NextToken === undefined) return;
  }
  throw new Error('RecordsTooMany');
}

/** The order in an event; undefined for one of another CA, and for one that the CA refused. */
function orderIn(event: Event, certificateAuthorityArn: string): Order | undefined {
  const { requestParameters, responseElements } = JSON.parse(event.CloudTrailEvent ?? '{}') as {
    readonly requestParameters?: Readonly<Record<string, unknown>> | null;
    readonly responseElements?: Readonly<Record<string, unknown>> | null;
  };
  const certificateArn = responseElements?.certificateArn;
  if (requestParameters?.certificateAuthorityArn !== certificateAuthorityArn) return undefined;
  if (typeof certificateArn !== 'string') return undefined;
  const { idempotencyToken: token } = requestParameters;
  return { certificateArn, ...(typeof token === 'string' && { token }) };
}
