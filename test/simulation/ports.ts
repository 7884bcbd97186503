/**
 * The ports of one invocation. Every call can fail, and calls to DynamoDB go through its client.
 */
import type { IssuanceLog } from '../../lambda/ports/issuance-log.ts';
import type { Clock } from '../../lambda/ports/system.ts';
import { type ClientContext, wrapInDynamoClient } from './dynamo-client.ts';
import { type Caller, makeUnreliable } from './faults.ts';
import { sleepWhileAlive } from './functions.ts';
import { dynamoMethods } from './operations.ts';
import { issuanceKeys } from './requests.ts';
import type { Stores } from './stores.ts';
import { epoch } from './virtual-time.ts';

/** The ports of an invocation. */
export interface Ports extends Stores {
  readonly keys: typeof issuanceKeys;
  readonly issuanceLog: IssuanceLog;
  readonly clock: Clock;
  readonly caller: Caller;
}

/** What the calls go through. */
export interface PortsContext extends ClientContext {
  readonly issuanceLog: (caller: Caller) => IssuanceLog;
}

/** The share of cold starts, which read their keys from Secrets Manager. */
const coldShare = 0.2;

/** Creates the ports of one invocation. Rejects if its keys cannot be read. */
export async function createPorts(stores: Stores, context: PortsContext): Promise<Ports> {
  const { network, caller } = context;
  const { time, dice } = network;
  const dynamo = <Store extends object>(name: keyof typeof dynamoMethods, store: Store): Store =>
    wrapInDynamoClient(name, store, dynamoMethods[name], context);
  const secrets = makeUnreliable(
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
    journal: makeUnreliable(network, caller, stores.journal, { name: 'Journal' }),
    verdicts: makeUnreliable(network, caller, stores.verdicts, { name: 'Verdicts' }),
    envelopes: makeUnreliable(network, caller, stores.envelopes, { name: 'Envelopes' }),
    // One try per call: after a second try, a refusal proves nothing about the first
    // (lambda/aws/private-ca.ts).
    ca: makeUnreliable(network, caller, stores.ca, { name: 'CA', repeats: 'never' }),
    intune: makeUnreliable(network, caller, stores.intune, { name: 'Intune', repeats: 'never' }),
    workflow: makeUnreliable(network, caller, stores.workflow, { name: 'Workflow' }),
    issuanceLog: context.issuanceLog(caller),
    clock: {
      nowMilliseconds,
      nowSeconds: () => Math.floor(nowMilliseconds() / 1000),
      sleep: (milliseconds) => sleepWhileAlive(time, caller, milliseconds),
    },
  };
}
