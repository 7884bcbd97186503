/** One seed: a scenario in a world of chance, checked after every event, and once more when all is quiet. */
import type { RefusalCode } from '../../lambda/errors.ts';
import { generationName } from '../../lambda/generation.ts';
import type { Outcome } from '../../lambda/message/outcome.ts';
import { type ConnectorKind, deployedOnce } from './definition.ts';
import { type DevicePlan, enrol, type Neighbourhood } from './device.ts';
import { diceOf } from './dice.ts';
import { isBug } from './faults.ts';
import { checkEnd, checkStep } from './invariants.ts';
import { regionOf } from './region.ts';
import { longestEnrolment, scenarioOf } from './scenario.ts';
import { traceOf } from './trace.ts';
import { Violation } from './truth.ts';
import { virtualTime } from './virtual-time.ts';
import { type Stores, type World, worldOf } from './world.ts';

/** What a run may differ in from `npm test`. */
export interface SimulationOptions {
  /** Breaks a store, to see that the checks notice. */
  readonly broken?: (stores: Stores) => Stores;
  readonly kind?: ConnectorKind;
}

/** What became of a seed. */
export interface SeedResult {
  readonly seed: number;
  /** What does not hold; absent: everything held. */
  readonly violation?: string;
  readonly traceHash: string;
  readonly lastEvents: readonly string[];
  readonly certificates: number;
  readonly events: number;
}

/** Runs a seed. Throws for a fault of the simulation itself. */
export async function runSeed(seed: number, options: SimulationOptions = {}): Promise<SeedResult> {
  const dice = diceOf(seed);
  const time = virtualTime();
  const trace = traceOf(time.now);
  const scenario = scenarioOf(dice);
  const region = regionOf(dice);
  const faultsEnd = { passed: false };
  const quietened = (rate: number): number => (faultsEnd.passed ? 0 : rate);
  const world = worldOf({
    ...region,
    definition: deployedOnce(options.kind).definition,
    ...{ time, trace, dice, broken: options.broken },
    ca: {
      ...region.ca,
      failing: () => quietened(region.ca.failing()),
      altering: () => quietened(region.ca.altering()),
      isDisabled: () => !faultsEnd.passed && region.isDisabledAt(time.now()),
    },
    intune:
      options.kind === 'intune'
        ? {
            ...region.intune,
            refusing: () => quietened(region.intune.refusing()),
            isOut: () => !faultsEnd.passed && region.isIntuneOutAt(time.now()),
          }
        : undefined,
    taskFaultRate: (state, attempt) => quietened(region.taskFaultRate(state, attempt)),
  });
  const { plans } = scenario;
  for (const plan of plans) trace.call(plan.request.enrolmentId, plan.name);
  const delivered = new Map<string, string>();
  const judge = judgeOf(world, delivered, region);
  const at: Neighbourhood = {
    ...{ time, trace, dice, world, judge },
    faultRate: () => quietened(region.faultRate),
  };
  const check = (): void => {
    const violation = checkStep(world);
    if (violation !== undefined) throw new Violation(violation);
  };
  let violation: string | undefined;
  try {
    for (const [challenge, maxUses] of scenario.maxUses) {
      if (options.kind !== 'intune') await world.createChallenge(challenge, maxUses);
    }
    region.crowds.forEach(({ at: from, turns }) => {
      time.after(from, () => joinQueue(world, turns));
    });
    for (const plan of plans) time.spawn(() => enrol(plan, at));
    time.spawn(() => schedule(at, options.kind));
    await time.run(check);
    faultsEnd.passed = true;
    trace.note('all is quiet');
    // First without the devices: what they left open is ended by what looks after it.
    time.spawn(() => schedule(at, options.kind));
    await time.run(check);
    for (const plan of plans) time.spawn(() => askOnceMore(plan, at, delivered));
    time.spawn(() => schedule(at, options.kind));
    await time.run(check);
    violation = checkEnd(world);
  } catch (error) {
    if (!(error instanceof Violation)) throw error;
    violation = error.message;
  }
  const certificates = world.ca.certificates.length;
  const traced = { traceHash: trace.hash(), lastEvents: trace.last(500), events: trace.count() };
  return { seed, violation, certificates, ...traced };
}

/** Five minutes, and how long a simulation goes on without anything but looks at what is unsettled, in milliseconds. */
const lookEvery = 5 * 60_000;
const longestSchedule = { general: 24 * 3_600_000, intune: 72 * 3_600_000 };

/** The schedule of lib/cloud/reconciliation.ts, for as long as a device may come or anything is unsettled. */
async function schedule(
  { world, time, trace, faultRate }: Neighbourhood,
  kind: ConnectorKind = 'general',
): Promise<void> {
  const began = time.now();
  const alive = { isAlive: () => true, kill: () => {}, isDurable: true };
  const isOpen = (): boolean =>
    time.now() - began < longestEnrolment ||
    [...world.truth.entries.values()].some(({ state }) => state.status === 'granted');
  while (isOpen()) {
    if (time.now() - began > longestSchedule[kind]) {
      // With three calls in four gone wrong, nobody promises anything; with none, everything ends.
      if (faultRate() > 0) return;
      throw new Violation('I6: an enrolment stays unsettled for a day (three with Intune)');
    }
    await time.sleep(lookEvery);
    try {
      const { restarted } = await world.reconcile({ label: 'schedule', ...alive, faultRate });
      if (restarted > 0) trace.note(`reconcile runs ${restarted} again`);
    } catch (error) {
      if (isBug(error)) throw error;
      trace.note(`reconcile failed: ${(error as Error).name}`);
    }
  }
}

/** Other devices' turns, as a crowd of them takes. */
function joinQueue({ turnstile, nowMilliseconds }: World, turns: number): void {
  for (let turn = 0; turn < turns; turn += 1) void turnstile.take(nowMilliseconds());
}

/** I5, and I6: an answer is the same as before, and a refusal is somebody's decision, not an outage. */
function judgeOf(
  world: World,
  delivered: Map<string, string>,
  { isEverDisabled, isIntuneOutForADay }: ReturnType<typeof regionOf>,
) {
  const { ca, truth } = world;
  const hadOne = (enrolmentId: string, fate: string): boolean =>
    ca.certificates.some(({ order, fate: its }) => {
      const name = truth.nameOfToken.get(order.idempotencyToken);
      return its === fate && name?.startsWith(enrolmentId);
    });
  const hasOneMade = (enrolmentId: string): boolean => {
    const entry = truth.entries.get(enrolmentId);
    return entry !== undefined && truth.certificatesOf(generationName(entry)).some(ca.isMade);
  };
  const reasons: Partial<Record<RefusalCode, (plan: DevicePlan) => boolean>> = {
    // Looked at where the challenge is claimed (truth.ts).
    ChallengeUsed: () => true,
    TransactionInFlight: ({ polls }) => !polls,
    CertificateRefused: ({ request }) => isEverDisabled || hadOne(request.enrolmentId, 'failed'),
    CertificateLost: ({ request }) => !hasOneMade(request.enrolmentId),
    'Intune:ChallengeExpired': ({ request }) => truth.intune.hasRefused(request.csr),
    'Intune:RegisteredKeyMismatch': ({ request }) => truth.intune.hasRefused(request.csr),
    IntuneUnreachable: () => isIntuneOutForADay,
    CertificateMismatch: ({ request }) => hadOne(request.enrolmentId, 'altered'),
  };
  return (plan: DevicePlan, heard: Outcome): void => {
    const { enrolmentId } = plan.request;
    if (heard.status === 'refused' && !reasons[heard.code]?.(plan))
      throw new Violation(`I6: ${plan.name} was refused without a reason: ${heard.code}`);
    if (heard.status !== 'issued') return;
    const certificate = Buffer.from(heard.certificate).toString('base64');
    if ((delivered.get(enrolmentId) ?? certificate) !== certificate)
      throw new Violation(`I5: ${plan.name} was given another certificate`);
    delivered.set(enrolmentId, certificate);
  };
}

/** Hours of patience, in milliseconds. */
const untilTheEnd = 12 * 3_600_000;

/** With every fault over, who was good gets a certificate, and the same one again. */
async function askOnceMore(
  plan: DevicePlan,
  at: Neighbourhood,
  delivered: ReadonlyMap<string, string>,
): Promise<void> {
  const now = at.time.now();
  const patient = { startsAt: now, givesUpAt: now + untilTheEnd, polls: false, sendsTwice: false };
  const had = delivered.has(plan.request.enrolmentId);
  const heard = await enrol({ ...plan, ...patient }, at);
  if (heard.status === 'issued') return;
  if (had) throw new Violation(`I5: ${plan.name} asked again for its certificate: ${heard.status}`);
  // The only refusal that stands: others, or a certificate that lint revoked, had the challenge's uses.
  if (heard.status === 'refused' && heard.code === 'ChallengeUsed') return;
  throw new Violation(`I6: all is quiet, and ${plan.name} is told ${heard.status}`);
}
