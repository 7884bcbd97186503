/**
 * A connector in a simulated region: the real modules, in functions that fail, over stores that do
 * not forget.
 */
import { createChallenge } from '../../lambda/admin/challenges/create-challenge.ts';
import { dispatch } from '../../lambda/issuance/dispatch.ts';
import { findLost } from '../../lambda/issuance/find-lost.ts';
import type { Outcome } from '../../lambda/message/outcome.ts';
import { answerPkiMessage } from '../../lambda/scep/answer-pki-message.ts';
import { type MemoryTables, memoryTables } from '../support/fakes/memory-tables.ts';
import { bucketOf } from './bucket.ts';
import { type CaBehaviour, certificateAuthority } from './certificate-authority.ts';
import { cloudTrailOf } from './cloud-trail.ts';
import { type DatabaseBehaviour, databaseOf } from './database.ts';
import { deployedDefinition } from './definition.ts';
import type { Dice } from './dice.ts';
import { type Caller, isBug, type Network, Outage } from './faults.ts';
import { functionsOf, type Invocation } from './functions.ts';
import { type IntuneBehaviour, simulatedIntune } from './intune.ts';
import { type Ports, portsOf } from './ports.ts';
import {
  adminKeys,
  challengeOctets,
  connectorId,
  keyOfChallenge,
  simulatedRa,
} from './requests.ts';
import { runRevoke } from './revoke.ts';
import { certifyTask, scepContext } from './rooms.ts';
import { stateMachineOf, type WorkflowBehaviour } from './state-machine.ts';
import { type Break, storesOf } from './stores.ts';
import type { Trace } from './trace.ts';
import { type Observing, truthOf } from './truth.ts';
import { epoch, type VirtualTime } from './virtual-time.ts';

/** The parts of a world. */
export interface WorldOptions {
  readonly time: VirtualTime;
  readonly trace: Trace;
  readonly dice: Dice;
  readonly latency: () => number;
  readonly trouble: Network['trouble'];
  readonly onEffect?: () => void;
  /** How many functions run at once in the account. */
  readonly pool: number;
  readonly waitSeconds: number;
  readonly turnsPerSecond: number;
  /** Of certificates, in days; a short-lived CA allows seven, which is the default here. */
  readonly validityDays?: number;
  readonly ca: CaBehaviour;
  readonly database: DatabaseBehaviour;
  readonly workflow: WorkflowBehaviour;
  /** The share of the workflow's calls that go wrong. */
  readonly workflowFaultRate: () => number;
  /** Given: an Intune connector. */
  readonly intune?: IntuneBehaviour;
  readonly broken?: Break;
}

export type World = ReturnType<typeof worldOf>;

/** API Gateway's throttle of a stage (lib/cloud/http-api.ts). */
const stageThrottle = { perSecond: 500, burst: 1000 };

/**
 * The dispatcher ends after this, in milliseconds (handlers/dispatch.ts), and the finder after that
 * (handlers/find-lost.ts).
 */
const runMilliseconds = { dispatch: 65_000, 'find-lost': 240_000 } as const;

/** Makes a world in which nothing has happened yet. */
export function worldOf(options: WorldOptions) {
  const { time, trace, dice, latency, trouble, onEffect = () => {} } = options;
  const network: Network = { time, trace, dice, latency, trouble, onEffect };
  const nowMilliseconds = (): number => epoch + time.now();
  const nowSeconds = (): number => Math.floor(nowMilliseconds() / 1000);
  const tables: MemoryTables = memoryTables();
  const functions = functionsOf(network, options.pool);
  const database = databaseOf({ time, dice }, options.database);
  const ca = certificateAuthority(simulatedRa, options.ca, { time, dice, epoch });
  const intune = simulatedIntune(options.intune, { time, dice });
  const truth = truthOf(intune);
  const observing: Observing = { truth, tables, trace, nowSeconds };
  const issuanceLog = cloudTrailOf(network, ca, epoch);
  const gateway = bucketOf(stageThrottle, time.now);
  const met = { refusedByGateway: 0 };
  const door = { isClosed: false };

  const machine = stateMachineOf({
    ...{ definition: deployedDefinition(), time, trace, dice },
    behaviour: options.workflow,
    faultRate: options.workflowFaultRate,
    runTask: (_, input, by) =>
      functions.call(by, 'certify', async (invocation) =>
        certifyTask(input as never, await portsFor(invocation), { ...rooms, onWithheld }),
      ),
  });
  const workflow = {
    start: async (attempt: Parameters<typeof machine.start>[0]) => machine.start(attempt),
  };
  const stores = storesOf(
    { ca, intune, workflow },
    options.turnsPerSecond,
    observing,
    options.broken,
  );
  const rooms = { network, nowMilliseconds, nowSeconds, isIntune: options.intune !== undefined };
  const portsFor = (invocation: Invocation): Promise<Ports> =>
    portsOf(stores, { network, database, caller: invocation, issuanceLog });

  const eventCaller: Caller = {
    ...{ label: 'event', isAlive: () => true, kill: () => {}, isDurable: true },
    faultRate: options.workflowFaultRate,
  };
  /**
   * The event of a withheld certificate starts Revoke; it may be lost on the way, and the schedule
   * runs it as well.
   */
  const onWithheld = (): void =>
    time.after(dice.between(200, 3000), () =>
      time.spawn(() => revoke(eventCaller).catch(unlessOutage)),
    );
  const revoke = (by: Caller): Promise<unknown> =>
    functions.call(by, 'revoke', async (invocation) =>
      runRevoke(await portsFor(invocation), rooms, trace),
    );
  const admit = (): void => {
    if (!door.isClosed && gateway()) return;
    met.refusedByGateway += 1;
    throw new Outage('TooManyRequests');
  };

  return {
    ...{ functions, ca, truth, tables, intune, database, machine, stores, met, door },
    ...{ nowSeconds, nowMilliseconds, revoke },
    /** The ports as a caller of the simulation's own sees them. */
    portsOf: (by: Caller) => portsOf(stores, { network, database, caller: by, issuanceLog }),
    /** One run of the dispatcher. */
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
    /** One run of the finder. */
    findLost: (by: Caller) =>
      functions.call(by, 'find-lost', async (invocation) => {
        const { lost, clock, issuanceLog: log } = await portsFor(invocation);
        const endsAtMilliseconds = nowMilliseconds() + runMilliseconds['find-lost'];
        return await findLost({ lost, issuanceLog: log, clock, endsAtMilliseconds });
      }),
    /** One request of a device's; rejects where it gets 429, 5xx, or nothing. */
    ask: (device: Caller, message: Uint8Array): Promise<Outcome> =>
      functions.call(
        device,
        'scep',
        async (invocation) => {
          const context = scepContext(await portsFor(invocation), rooms, options);
          return (await answerPkiMessage(message, context)).outcome;
        },
        admit,
      ),
    createChallenge: (challenge: number, maxUses?: number) =>
      createChallenge(maxUses === undefined ? {} : { maxUses }, {
        ...{ connectorId, keys: adminKeys, challenges: stores.challenges },
        nowSeconds: nowSeconds(),
        random: challengeOctets(challenge),
      }),
    /** As an admin does it: through the same database, within the deadline of a call. */
    revokeChallenge: async (challenge: number, by: Caller): Promise<boolean> => {
      const { challenges } = await portsOf(stores, { network, database, caller: by, issuanceLog });
      return await challenges.revoke(keyOfChallenge(challenge), nowSeconds());
    },
  };
}

/** Lets an outage pass, and nothing else. */
export const unlessOutage = (error: unknown): undefined => {
  if (isBug(error)) throw error;
  return undefined;
};
