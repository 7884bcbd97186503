/** Creates the run of a seed: its drawn scenario and region, its world, and its checks. */
import type { ConnectorKind } from './definition.ts';
import type { DeviceContext } from './device.ts';
import type { Dice } from './dice.ts';
import { checkStep } from './invariants.ts';
import { createJudge } from './judge.ts';
import { drawRegion, type Region } from './region.ts';
import { drawScenario, type Scenario } from './scenario.ts';
import type { BreakStores } from './stores.ts';
import type { Trace } from './trace.ts';
import { Violation } from './truth.ts';
import type { VirtualTime } from './virtual-time.ts';
import { createWorld } from './world.ts';

/** What a test changes in a run. */
export interface RunOptions {
  /** Breaks a store, so that a test can prove that the invariants detect it. */
  readonly breakStores?: BreakStores;
  readonly kind?: ConnectorKind;
  /** Overrides for the region that the seed draws. */
  readonly region?: Partial<Region>;
}

/** One seed while it runs. */
export interface Run extends DeviceContext {
  readonly scenario: Scenario;
  readonly region: Region;
  readonly isIntune: boolean;
  /** Runs until no event is left. Throws `Violation`. */
  readonly settle: () => Promise<void>;
  /** Sets every fault rate to zero from now on. */
  readonly endFaults: () => void;
}

/** The time, the randomness and the trace of a run. */
interface TimeAndChance {
  readonly dice: Dice;
  readonly time: VirtualTime;
  readonly trace: Trace;
}

/** Draws the scenario and the region, and creates their world. Its faults end with `endFaults`. */
export function createRun(
  { dice, time, trace }: TimeAndChance,
  { kind, breakStores, region: changes }: RunOptions,
): Run {
  const scenario = drawScenario(dice);
  const region = { ...drawRegion(dice), ...changes };
  const isIntune = kind === 'intune';
  const faults = { isOver: false };
  const untilFaultsEnd = (rate: () => number) => (): number => (faults.isOver ? 0 : rate());
  const state = { isChecked: true };
  const { ca, workflow, intune, database } = region;
  const world = createWorld({
    ...region,
    ...{ time, trace, dice },
    ...(breakStores && { breakStores }),
    onEffect: () => {
      state.isChecked = false;
    },
    ca: {
      ...ca,
      failing: untilFaultsEnd(ca.failing),
      altering: untilFaultsEnd(ca.altering),
      namelessShare: scenario.hasSharedKey ? () => 0 : ca.namelessShare,
      isDisabled: () => !faults.isOver && region.isDisabledAt(time.now()),
    },
    database: { ...database, unprocessedShare: untilFaultsEnd(database.unprocessedShare) },
    workflow: {
      losing: untilFaultsEnd(workflow.losing),
      delaying: untilFaultsEnd(workflow.delaying),
      doubling: workflow.doubling,
      stopping: untilFaultsEnd(workflow.stopping),
    },
    workflowFaultRate: untilFaultsEnd(() => region.faultRate),
    intune: isIntune
      ? {
          ...intune,
          refusing: untilFaultsEnd(intune.refusing),
          revoking: untilFaultsEnd(intune.revoking),
          isOut: () => !faults.isOver && region.isIntuneOutAt(time.now()),
        }
      : undefined,
  });
  for (const plan of scenario.plans) trace.assignName(plan.request.enrolmentId, plan.name);
  const judge = createJudge(world, { ...region, isIntune });
  const check = (): void => {
    if (state.isChecked) return;
    state.isChecked = true;
    const violation = checkStep(world);
    if (violation !== undefined) throw new Violation(violation);
  };
  return {
    ...{ dice, time, trace, world, judge, scenario, region, isIntune },
    faultRate: untilFaultsEnd(() => region.faultRate),
    settle: () => time.run(check),
    endFaults: () => {
      faults.isOver = true;
    },
  };
}
