/**
 * A connector in a simulated region. The real modules run in functions that fail, over stores that
 * lose nothing.
 */
import { createChallenge } from '../../lambda/admin/challenges/create-challenge.ts';
import { dispatch } from '../../lambda/issuance/dispatch.ts';
import { findLost } from '../../lambda/issuance/find-lost.ts';
import type { Outcome } from '../../lambda/message/outcome.ts';
import { answerPkiMessage } from '../../lambda/scep/answer-pki-message.ts';
import { type MemoryTables, memoryTables } from '../support/fakes/memory-tables.ts';
import { createBucket } from './bucket.ts';
import { type CaBehaviour, createCertificateAuthority } from './certificate-authority.ts';
import { createCloudTrail } from './cloud-trail.ts';
import { createScepContext, runCertifyTask } from './contexts.ts';
import { createDatabase, type DatabaseBehaviour } from './database.ts';
import { getDeployedDefinition } from './definition.ts';
import type { Dice } from './dice.ts';
import { type Caller, isBug, type Network, Outage } from './faults.ts';
import { createFunctions, type Invocation } from './functions.ts';
import { createIntune, type IntuneBehaviour } from './intune.ts';
import { createPorts, type Ports } from './ports.ts';
import {
  adminKeys,
  connectorId,
  createPasswordRandom,
  deriveTableKey,
  simulatedRa,
} from './requests.ts';
import { runRevoke } from './revoke.ts';
import { createStateMachine, type WorkflowBehaviour } from './state-machine.ts';
import { type BreakStores, createStores } from './stores.ts';
import type { Trace } from './trace.ts';
import { createTruth, type ObservationContext } from './truth.ts';
import { epoch, type VirtualTime } from './virtual-time.ts';

/** What a world consists of. */
export interface WorldOptions {
  readonly time: VirtualTime;
  readonly trace: Trace;
  readonly dice: Dice;
  readonly latency: () => number;
  readonly faultFactor: Network['faultFactor'];
  readonly onEffect?: () => void;
  /** The number of functions that run at once in the account. */
  readonly pool: number;
  readonly waitSeconds: number;
  readonly turnsPerSecond: number;
  /** The validity of certificates in days. Omitted: 7, the maximum of a short-lived CA. */
  readonly validityDays?: number;
  readonly ca: CaBehaviour;
  readonly database: DatabaseBehaviour;
  readonly workflow: WorkflowBehaviour;
  /** The share of the workflow's calls that fail. */
  readonly workflowFaultRate: () => number;
  /** Present for an Intune connector. */
  readonly intune?: IntuneBehaviour;
  readonly breakStores?: BreakStores;
}

export type World = ReturnType<typeof createWorld>;

/** The throttle of the API Gateway stage (lib/cloud/http-api.ts). */
const stageThrottle = { perSecond: 500, burst: 1000 };

/**
 * How long one run of the dispatcher (handlers/dispatch.ts) and of the finder
 * (handlers/find-lost.ts) takes, in milliseconds.
 */
const runMilliseconds = { dispatch: 65_000, 'find-lost': 240_000 } as const;

/** Creates a world with empty tables. */
export function createWorld(options: WorldOptions) {
  const { time, trace, dice, latency, faultFactor, onEffect = () => {} } = options;
  const network: Network = { time, trace, dice, latency, faultFactor, onEffect };
  const nowMilliseconds = (): number => epoch + time.now();
  const nowSeconds = (): number => Math.floor(nowMilliseconds() / 1000);
  const tables: MemoryTables = memoryTables();
  const functions = createFunctions(network, options.pool);
  const database = createDatabase({ time, dice }, options.database);
  const ca = createCertificateAuthority(simulatedRa, options.ca, { time, dice, epoch });
  const intune = createIntune(options.intune, { time, dice });
  const truth = createTruth(intune);
  const context: ObservationContext = { truth, tables, trace, nowSeconds };
  const issuanceLog = createCloudTrail(network, ca, epoch);
  const stageBucket = createBucket(stageThrottle, time.now);
  const gateway = { isClosed: false, refused: 0 };

  const machine = createStateMachine({
    ...{ definition: getDeployedDefinition(), time, trace, dice },
    behaviour: options.workflow,
    faultRate: options.workflowFaultRate,
    runTask: (_, input, by) =>
      functions.call(by, 'certify', async (invocation) =>
        runCertifyTask(input as never, await portsFor(invocation), { ...contextParts, onWithheld }),
      ),
  });
  const workflow = {
    start: async (attempt: Parameters<typeof machine.start>[0]) => machine.start(attempt),
  };
  const stores = createStores(
    { ca, intune, workflow },
    options.turnsPerSecond,
    context,
    options.breakStores,
  );
  const contextParts = {
    network,
    nowMilliseconds,
    nowSeconds,
    isIntune: options.intune !== undefined,
  };
  const portsFor = (invocation: Invocation): Promise<Ports> =>
    createPorts(stores, { network, database, caller: invocation, issuanceLog });

  const eventCaller: Caller = {
    ...{ label: 'event', isAlive: () => true, kill: () => {}, isDurable: true },
    faultRate: options.workflowFaultRate,
  };
  /**
   * The event of a withheld certificate starts Revoke. The event can be lost, and the schedule runs
   * Revoke as well.
   */
  const onWithheld = (): void =>
    time.after(dice.between(200, 3000), () =>
      time.spawn(() => revoke(eventCaller).catch(ignoreOutage)),
    );
  const revoke = (by: Caller): Promise<unknown> =>
    functions.call(by, 'revoke', async (invocation) =>
      runRevoke(await portsFor(invocation), contextParts, trace),
    );
  const admit = (): void => {
    if (!gateway.isClosed && stageBucket()) return;
    gateway.refused += 1;
    throw new Outage('TooManyRequests');
  };

  return {
    ...{ functions, ca, truth, tables, intune, database, machine, stores, gateway },
    ...{ nowSeconds, nowMilliseconds, revoke },
    /** Creates the ports of a caller that is not a function. */
    createPorts: (by: Caller) =>
      createPorts(stores, { network, database, caller: by, issuanceLog }),
    /** Runs the dispatcher once. */
    dispatch: (by: Caller) =>
      functions.call(by, 'dispatch', async (invocation) => {
        const { due, workflow: started, rateLimiter, clock } = await portsFor(invocation);
        return await dispatch({
          ...{ due, clock, holder: invocation.label, perSecond: options.turnsPerSecond },
          start: ({ enrolmentId, attempt }) => started.start({ enrolmentId, attempt }),
          nextTurn: rateLimiter.nextTurn,
          endsAtMilliseconds: nowMilliseconds() + runMilliseconds.dispatch,
        });
      }),
    /** Runs the finder once. */
    findLost: (by: Caller) =>
      functions.call(by, 'find-lost', async (invocation) => {
        const { lost, clock, issuanceLog: log } = await portsFor(invocation);
        const endsAtMilliseconds = nowMilliseconds() + runMilliseconds['find-lost'];
        return await findLost({ lost, issuanceLog: log, clock, endsAtMilliseconds });
      }),
    /** Sends one PKIOperation of a device. Rejects for 429, 5xx and a lost answer. */
    sendPkiMessage: (device: Caller, message: Uint8Array): Promise<Outcome> =>
      functions.call(
        device,
        'scep',
        async (invocation) => {
          const context = createScepContext(await portsFor(invocation), contextParts, options);
          return (await answerPkiMessage(message, context)).outcome;
        },
        admit,
      ),
    createChallenge: (challenge: number, maxUses?: number) =>
      createChallenge(maxUses === undefined ? {} : { maxUses }, {
        ...{ connectorId, keys: adminKeys, challenges: stores.challenges },
        nowSeconds: nowSeconds(),
        random: createPasswordRandom(challenge),
      }),
    /**
     * Revokes a challenge as an admin does, through the database and within the deadline of a call.
     */
    revokeChallenge: async (challenge: number, by: Caller): Promise<boolean> => {
      const { challenges } = await createPorts(stores, {
        network,
        database,
        caller: by,
        issuanceLog,
      });
      return await challenges.revoke(deriveTableKey(challenge), nowSeconds());
    },
  };
}

/** Ignores an outage. Any other error is thrown. */
export const ignoreOutage = (error: unknown): undefined => {
  if (isBug(error)) throw error;
  return undefined;
};
