/** A connector in a simulated region: the real rooms, in functions that fail, over stores that do not forget. */
import { createChallenge } from '../../lambda/admin/create-challenge.ts';
import type { Connector } from '../../lambda/connector.ts';
import { answerPkiMessage } from '../../lambda/enrolment.ts';
import { executionName } from '../../lambda/generation.ts';
import { reconcile } from '../../lambda/issuance/reconcile.ts';
import type { Outcome } from '../../lambda/message/outcome.ts';
import { defaultQuirks } from '../../lambda/message/quirks.ts';
import { defaultProfile } from '../../lambda/policy/profile.ts';
import type { Challenges, Intune, Ledger, PrivateCa } from '../../lambda/ports.ts';
import { declaredIntune } from '../../lib/cloud/declared-intune.ts';
import { memoryChallenges } from '../fakes/memory-challenges.ts';
import { memoryEnvelopes } from '../fakes/memory-envelopes.ts';
import { memoryLedger } from '../fakes/memory-ledger.ts';
import { memoryIssuedCertificates } from '../fakes/memory-revocations.ts';
import { memoryTurnstile } from '../fakes/memory-turnstile.ts';
import { type CaBehaviour, certificateAuthority } from './certificate-authority.ts';
import { type Definition, type FunctionsLimits, intuneDeclaration } from './definition.ts';
import type { Dice } from './dice.ts';
import { type Caller, type Network, unreliable } from './faults.ts';
import { functionsOf, type Invocation, sleepWhileAlive } from './functions.ts';
import { type IntuneBehaviour, simulatedIntune } from './intune.ts';
import {
  challengeOctets,
  connectorId,
  connectorKeys,
  simulatedIdentity,
  simulatedRa,
} from './requests.ts';
import { type Payload, stateMachineOf } from './state-machine.ts';
import { type Tasks, tasksOf } from './tasks.ts';
import type { Trace } from './trace.ts';
import {
  observedCa,
  observedChallenges,
  observedLedger,
  signingAlgorithm,
  truthOf,
} from './truth.ts';
import type { VirtualTime } from './virtual-time.ts';

/** The ports that a test may break, to see that the checks notice. */
export interface Stores {
  readonly challenges: Challenges;
  readonly ledger: Ledger;
  readonly ca: PrivateCa;
  readonly intune: Intune;
}

/** What a world is made of. */
export interface WorldOptions {
  readonly definition: Definition;
  readonly time: VirtualTime;
  readonly trace: Trace;
  readonly dice: Dice;
  readonly latency: () => number;
  readonly trouble: Network['trouble'];
  readonly spares: Network['spares'];
  readonly limits: FunctionsLimits;
  readonly waitSeconds: number;
  readonly turnsPerSecond: number;
  readonly ca: CaBehaviour;
  /** Given: an Intune connector. */
  readonly intune?: IntuneBehaviour;
  /** The share of a task's calls that go wrong, at its so manieth try. */
  readonly taskFaultRate: (state: string, attempt: number) => number;
  readonly broken?: (stores: Stores) => Stores;
}

export type World = ReturnType<typeof worldOf>;

/** The moment at which the simulation begins, in epoch milliseconds: certificates carry real dates. */
const epoch = Math.floor(Date.now() / 1000) * 1000;

/** Makes a world in which nothing has happened yet. */
export function worldOf(options: WorldOptions) {
  const { time, trace, dice, definition, latency, trouble, spares } = options;
  const network: Network = { time, trace, dice, latency, trouble, spares };
  const nowMilliseconds = () => epoch + time.now();
  const nowSeconds = () => Math.floor(nowMilliseconds() / 1000);
  const functions = functionsOf(network, options.limits);
  const ca = certificateAuthority(simulatedRa, options.ca, {
    time,
    dice,
    epochSeconds: epoch / 1000,
  });
  const intune = simulatedIntune(options.intune, { time, dice });
  const truth = truthOf(intune);
  const seen: Stores = {
    challenges: observedChallenges(memoryChallenges(), truth, ca),
    ledger: observedLedger(memoryLedger(nowSeconds), truth, trace),
    ca: observedCa(ca, truth, trace),
    intune,
  };
  const stores = options.broken?.(seen) ?? seen;
  const certificates = memoryIssuedCertificates();
  const turnstile = memoryTurnstile(options.turnsPerSecond);
  const envelopes = memoryEnvelopes();

  /** The ports as one invocation sees them; it gets the keys out of Secrets Manager unless it is warm. */
  const portsOf = async (invocation: Invocation) => {
    const through = <Port extends object>(port: Port, name: string, throttledAs?: string): Port =>
      unreliable(network, invocation, port, { name, throttledAs });
    const secrets = through({ keys: async () => connectorKeys }, 'Secrets');
    return {
      connectorId,
      signingAlgorithm: signingAlgorithm as 'SHA256WITHRSA',
      keys: dice.chance(0.2) ? await secrets.keys() : connectorKeys,
      challenges: through(stores.challenges, 'Challenges'),
      ledger: through(stores.ledger, 'Ledger'),
      ca: through(stores.ca, 'CA', 'CertificateAuthorityBusy'),
      certificates: through(certificates, 'Certificates'),
      intune: through(stores.intune, 'Intune'),
      records: through(ca.records, 'Records'),
      turnstile: through(turnstile, 'Turnstile'),
      envelopes: through(envelopes, 'Envelopes'),
      conductor: through(conductor, 'Conductor'),
      nowMilliseconds,
      nowSeconds,
    };
  };

  const tasks: Tasks = tasksOf(portsOf);
  const runTask = (state: string, input: Payload, attempt: number): Promise<Payload> => {
    const faultRate = () => options.taskFaultRate(state, attempt);
    const by: Caller = {
      label: `machine ${trace.nameOf(input)}`,
      isAlive: () => true,
      kill: () => {},
      isDurable: true,
      faultRate,
    };
    const name = state.toLowerCase() as keyof Tasks;
    return functions.call(by, name, (invocation) => tasks[name](input as never, invocation));
  };
  const machine = stateMachineOf({ definition, time, trace, dice, runTask });
  const conductor: Connector['conductor'] = {
    start: async (input, run) => machine.start(executionName(input, run), { ...input }),
  };

  const connectorOf = async (invocation: Invocation): Promise<Connector> => ({
    ...(await portsOf(invocation)),
    settings: {
      profile: defaultProfile,
      quirks: defaultQuirks,
      waitSeconds: options.waitSeconds,
      signingAlgorithm,
      certificatesPerSecond: options.turnsPerSecond,
      raValidityDays: 7,
      ...(options.intune && { intune: declaredIntune(intuneDeclaration) }),
    },
    identities: [simulatedIdentity],
    newestIdentities: async () => [simulatedIdentity],
    clock: {
      nowSeconds,
      nowMilliseconds,
      sleep: (milliseconds) => sleepWhileAlive(time, invocation, milliseconds),
    },
    random: dice.octets,
  });

  return {
    functions,
    ca,
    truth,
    intune,
    turnstile,
    nowMilliseconds,
    /** What the schedule does every five minutes; rejects where the function fails. */
    reconcile: (by: Caller) =>
      functions.call(by, 'reconcile', async (invocation) => reconcile(await portsOf(invocation))),
    /** One request of a device's; rejects where it gets 503, or nothing. */
    ask: (device: Caller, message: Uint8Array): Promise<Outcome> =>
      functions.call(device, 'scep', async (invocation) => {
        const connector = await connectorOf(invocation);
        return (await answerPkiMessage(message, connector)).outcome;
      }),
    createChallenge: (challenge: number, maxUses: number) =>
      createChallenge(
        { maxUses },
        {
          connectorId,
          keys: connectorKeys,
          challenges: stores.challenges,
          nowSeconds: nowSeconds(),
          random: challengeOctets(challenge),
        },
      ),
  };
}
