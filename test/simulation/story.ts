/** Stories: hand-written scenarios in a world without faults, except those that the story adds. */
import { HttpFault } from '../../lambda/core/errors.ts';
import { type DeviceAnswer, durableCaller } from './device.ts';
import { createDice } from './dice.ts';
import { isBug } from './faults.ts';
import { checkStep } from './invariants.ts';
import { expireItems, sleepUntilDay } from './later.ts';
import { getRequest, type RequestTerms } from './requests.ts';
import { isAnythingOpen, schedule } from './schedule.ts';
import { createTrace } from './trace.ts';
import { Violation } from './truth.ts';
import { createVirtualTime } from './virtual-time.ts';
import { createWorld, type World, type WorldOptions } from './world.ts';

/** A part of a story fails if it takes longer than this, in milliseconds. */
const maxPartMilliseconds = 3 * 86_400_000;

/** What a story changes in the region without faults. */
export type StoryChanges = Partial<Omit<WorldOptions, 'ca' | 'workflow'>> & {
  readonly ca?: Partial<WorldOptions['ca']>;
  readonly workflow?: Partial<WorldOptions['workflow']>;
};

/** Creates a story in a new world. */
export function createStory({ ca, workflow, ...changes }: StoryChanges = {}) {
  const dice = createDice(1);
  const time = createVirtualTime();
  const trace = createTrace(time.now);
  const world: World = createWorld({
    ...{ time, trace, dice, pool: 1000, waitSeconds: 3, turnsPerSecond: 25 },
    latency: () => dice.between(2, 8),
    faultFactor: () => 0,
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
  const send = async (message: Uint8Array): Promise<DeviceAnswer> => {
    try {
      return await world.sendPkiMessage(caller, message);
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
  const scheduleContext = { world, time, trace, dice, faultRate: () => 0 };
  return {
    ...{ world, time, trace, dice },
    /** Sends one PKCSReq. Returns the status, or the code of a refusal. */
    enrol: async (terms: RequestTerms): Promise<string> =>
      statusOrCode(await send(getRequest(terms).messages[0])),
    poll: async (terms: RequestTerms): Promise<string> =>
      statusOrCode(await send(getRequest(terms).poll)),
    send,
    /**
     * Runs one part of the story and the schedule until nothing is open. Then checks the
     * invariants.
     */
    during: async <Result>(part: () => Promise<Result>): Promise<Result> => {
      let result: { readonly value: Result } | undefined;
      time.spawn(async () => {
        result = { value: await part() };
      });
      const endsAt = time.now() + maxPartMilliseconds;
      const isOpen = (): boolean => result === undefined || isAnythingOpen(world);
      time.spawn(() => schedule(scheduleContext, () => isOpen() && time.now() < endsAt));
      await settle();
      if (result === undefined) throw new Error('the part did not end');
      return result.value;
    },
    /** Advances the time to a day, and removes expired items. */
    untilDay: async (day: number): Promise<void> => {
      await sleepUntilDay(day, { time, settle });
      expireItems(world);
    },
    /** Revokes a challenge, as an admin does. */
    revoke: (challenge: number): Promise<boolean> =>
      world.revokeChallenge(
        challenge,
        durableCaller('admin', () => 0),
      ),
    usesLeft: (): (number | undefined)[] =>
      [...world.tables.challenges.values()].map(({ usesLeft }) => usesLeft),
  };
}

/** The status of an answer, or the code of a refusal. */
const statusOrCode = (answer: DeviceAnswer): string =>
  answer.status === 'refused' ? answer.code : answer.status;
