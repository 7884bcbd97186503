/**
 * The ports as one invocation sees them: every call may go wrong, and those to DynamoDB go through
 * its client.
 */
import type { IssuanceLog } from '../../lambda/ports/issuance-log.ts';
import type { Clock } from '../../lambda/ports/system.ts';
import { type ClientContext, throughDynamo } from './dynamo-client.ts';
import { type Caller, unreliable } from './faults.ts';
import { sleepWhileAlive } from './functions.ts';
import { methodsOf } from './operations.ts';
import { issuanceKeys } from './requests.ts';
import type { Stores } from './stores.ts';
import { epoch } from './virtual-time.ts';

/** What an invocation calls. */
export interface Ports extends Stores {
  readonly keys: typeof issuanceKeys;
  readonly issuanceLog: IssuanceLog;
  readonly clock: Clock;
  readonly caller: Caller;
}

/** What they go through. */
export interface PortsContext extends ClientContext {
  readonly issuanceLog: (caller: Caller) => IssuanceLog;
}

/** The share of invocations that start cold and read their keys from Secrets Manager. */
const coldShare = 0.2;

/** The ports of one invocation. */
export async function portsOf(stores: Stores, context: PortsContext): Promise<Ports> {
  const { network, caller } = context;
  const { time, dice } = network;
  const dynamo = <Store extends object>(name: keyof typeof methodsOf, store: Store): Store =>
    throughDynamo(name, store, methodsOf[name], context);
  const secrets = unreliable(
    network,
    caller,
    { keys: async () => issuanceKeys },
    { name: 'Secrets' },
  );
  const nowMilliseconds = (): number => epoch + time.now();
  return {
    caller,
    keys: dice.chance(coldShare) ? await secrets.keys() : issuanceKeys,
    enrolments: dynamo('Enrolments', stores.enrolments),
    attempts: dynamo('Attempts', stores.attempts),
    challenges: dynamo('Challenges', stores.challenges),
    due: dynamo('Due', stores.due),
    lost: dynamo('Lost', stores.lost),
    withheld: dynamo('Withheld', stores.withheld),
    certificates: dynamo('Certificates', stores.certificates),
    rateLimiter: dynamo('RateLimiter', stores.rateLimiter),
    journal: unreliable(network, caller, stores.journal, { name: 'Journal' }),
    verdicts: unreliable(network, caller, stores.verdicts, { name: 'Verdicts' }),
    envelopes: unreliable(network, caller, stores.envelopes, { name: 'Envelopes' }),
    // One try a call: after a second one a "no" says nothing of the first
    // (lambda/aws/private-ca.ts).
    ca: unreliable(network, caller, stores.ca, { name: 'CA', repeats: 'never' }),
    intune: unreliable(network, caller, stores.intune, { name: 'Intune', repeats: 'never' }),
    workflow: unreliable(network, caller, stores.workflow, { name: 'Workflow' }),
    issuanceLog: context.issuanceLog(caller),
    clock: {
      nowMilliseconds,
      nowSeconds: () => Math.floor(nowMilliseconds() / 1000),
      sleep: (milliseconds) => sleepWhileAlive(time, caller, milliseconds),
    },
  };
}
