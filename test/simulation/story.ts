/** A world in which nothing goes wrong but what a story wants, and what its devices do in it. */
import { HttpFault } from '../../lambda/core/errors.ts';
import { durableCaller, type Heard } from './device.ts';
import { diceOf } from './dice.ts';
import { isBug } from './faults.ts';
import { checkStep } from './invariants.ts';
import { sleepUntilDay, sweep } from './later.ts';
import { type RequestTerms, requestOf } from './requests.ts';
import { isAnythingOpen, schedule } from './schedule.ts';
import { traceOf } from './trace.ts';
import { Violation } from './truth.ts';
import { virtualTime } from './virtual-time.ts';
import { type World, type WorldOptions, worldOf } from './world.ts';

/** A part that does not end by then never does, in milliseconds. */
const maxPartMilliseconds = 3 * 86_400_000;

/** Differences from a calm region. */
export type StoryChanges = Partial<Omit<WorldOptions, 'ca' | 'workflow'>> & {
  readonly ca?: Partial<WorldOptions['ca']>;
  readonly workflow?: Partial<WorldOptions['workflow']>;
};

/** Makes one. */
export function storyOf({ ca, workflow, ...changes }: StoryChanges = {}) {
  const dice = diceOf(1);
  const time = virtualTime();
  const trace = traceOf(time.now);
  const world: World = worldOf({
    ...{ time, trace, dice, pool: 1000, waitSeconds: 3, turnsPerSecond: 25 },
    latency: () => dice.between(2, 8),
    trouble: () => 0,
    database: {
      transactionMilliseconds: () => dice.between(10, 20),
      unprocessedShare: () => 0,
      indexLagMilliseconds: () => 100,
    },
    workflowFaultRate: () => 0,
    ...changes,
    ca: {
      ...{ issuesPerSecond: 25, retrievesPerSecond: 75 },
      makingMilliseconds: () => 500,
      recordingMilliseconds: () => 5 * 60_000,
      namelessShare: () => 0,
      failing: () => 0,
      altering: () => 0,
      isDisabled: () => false,
      ...ca,
    },
    workflow: {
      ...{ losing: () => 0, delaying: () => 0, doubling: () => 0, stopping: () => 0 },
      ...workflow,
    },
  });
  const caller = durableCaller('device', () => 0);
  const send = async (message: Uint8Array): Promise<Heard> => {
    try {
      return await world.ask(caller, message);
    } catch (error) {
      if (error instanceof HttpFault || isBug(error)) throw error;
      return { status: 'outage' };
    }
  };
  const settle = async (): Promise<void> => {
    await time.run();
    const violation = checkStep(world);
    if (violation !== undefined) throw new Violation(violation);
  };
  const at = { world, time, trace, dice, faultRate: () => 0 };
  return {
    ...{ world, time, trace, dice },
    /** One PKCSReq; returns the status, or the code of a refusal. */
    ask: async (terms: RequestTerms): Promise<string> =>
      said(await send(requestOf(terms).messages[0])),
    poll: async (terms: RequestTerms): Promise<string> => said(await send(requestOf(terms).poll)),
    send,
    /**
     * Runs a part of the story beside the schedule, until nothing is open, and checks the
     * invariants.
     */
    during: async <Result>(part: () => Promise<Result>): Promise<Result> => {
      let result: { readonly value: Result } | undefined;
      time.spawn(async () => {
        result = { value: await part() };
      });
      const endsAt = time.now() + maxPartMilliseconds;
      const isOpen = (): boolean => result === undefined || isAnythingOpen(world);
      time.spawn(() => schedule(at, () => isOpen() && time.now() < endsAt));
      await settle();
      if (result === undefined) throw new Error('the part did not end');
      return result.value;
    },
    /** Lets the time pass, and TTL sweep. */
    untilDay: async (day: number): Promise<void> => {
      await sleepUntilDay(day, { time, settle });
      sweep(world);
    },
    /** Revokes a challenge as an admin. */
    revoke: (challenge: number): Promise<boolean> =>
      world.revokeChallenge(
        challenge,
        durableCaller('admin', () => 0),
      ),
    usesLeft: (): (number | undefined)[] =>
      [...world.tables.challenges.values()].map(({ usesLeft }) => usesLeft),
  };
}

/** What a device hears, in a word. */
const said = (heard: Heard): string => (heard.status === 'refused' ? heard.code : heard.status);
