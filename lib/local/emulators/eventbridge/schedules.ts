/**
 * Rules with a rate. The first run comes one period after the start, as in AWS after a rule's
 * creation.
 */
import { randomUUID } from 'node:crypto';
import type { AsynchronousInvocations } from '../../functions/asynchronous.ts';
import type { InvocationResult } from '../../functions/invocation.ts';
import { pseudoParameters } from '../../template/template.ts';

/** A function that a rule invokes with the event, or with `input` if given. */
export interface RuleTarget {
  readonly functionArn: string;
  readonly input?: unknown;
}

/** A rule with a schedule. A disabled one runs only when it is fired. */
export interface ScheduledRule {
  readonly logicalId: string;
  readonly name: string;
  readonly arn: string;
  readonly everySeconds: number;
  readonly isEnabled: boolean;
  readonly targets: readonly RuleTarget[];
}

/** The schedules of a stack. */
export interface Schedules {
  readonly add: (rule: ScheduledRule) => void;
  /** The rules' logical ids. */
  readonly ids: () => string[];
  /**
   * Runs a rule now, by logical id or name. Resolves with the results of each target's first
   * attempt. Refuses a missing rule. Its schedule is unaffected.
   */
  readonly fire: (logicalIdOrName: string) => Promise<InvocationResult[]>;
  readonly stop: () => void;
}

// setTimeout counts in 32 bits; a later run is checked again then.
const maxTimerMilliseconds = 2_147_483_647;

// The maximum that a function's pool runs at once. AWS would accept more and let them wait. Here
// the runs of a function slower than its schedule would only accumulate.
const maxRuns = 10;

/** Creates the schedules of one run of the stack; `report` receives skipped runs. */
export const createSchedules = (
  invocations: Pick<AsynchronousInvocations, 'send'>,
  report: (message: string) => void,
): Schedules => {
  const rules: ScheduledRule[] = [];
  const timers = new Map<ScheduledRule, NodeJS.Timeout>();
  const running = new Map<ScheduledRule, number>();

  const run = async (rule: ScheduledRule): Promise<InvocationResult[]> => {
    const event = buildScheduledEvent(rule.arn, new Date());
    running.set(rule, (running.get(rule) ?? 0) + 1);
    const results = await Promise.all(
      rule.targets.map(({ functionArn, input }) => invocations.send(functionArn, input ?? event)),
    );
    running.set(rule, (running.get(rule) ?? 0) - 1);
    return results;
  };
  const runOrSkip = (rule: ScheduledRule): void => {
    if ((running.get(rule) ?? 0) < maxRuns) void run(rule);
    else report(`${rule.name}: skipped a run, because ${maxRuns} are still running`);
  };
  const wait = (rule: ScheduledRule, runAt: number): void => {
    const delay = Math.min(Math.max(0, runAt - Date.now()), maxTimerMilliseconds);
    const check = (): void => {
      const isDue = Date.now() >= runAt;
      wait(rule, isDue ? Date.now() + rule.everySeconds * 1000 : runAt);
      if (isDue) runOrSkip(rule);
    };
    timers.set(rule, setTimeout(check, delay).unref());
  };
  return {
    add: (rule) => {
      rules.push(rule);
      if (rule.isEnabled) wait(rule, Date.now() + rule.everySeconds * 1000);
    },
    ids: () => rules.map(({ logicalId }) => logicalId),
    fire: async (logicalIdOrName) => {
      const rule = rules.find(
        ({ logicalId, name }) => logicalId === logicalIdOrName || name === logicalIdOrName,
      );
      if (rule) return run(rule);
      const known = rules.map(({ logicalId }) => logicalId).join(', ') || 'none';
      throw new Error(`no rule with a schedule is called ${logicalIdOrName}; there are: ${known}`);
    },
    stop: () => {
      for (const timer of timers.values()) clearTimeout(timer);
    },
  };
};

/** The event that EventBridge sends on schedule; its times have no fraction of a second. */
const buildScheduledEvent = (ruleArn: string, at: Date): Readonly<Record<string, unknown>> => ({
  version: '0',
  id: randomUUID(),
  'detail-type': 'Scheduled Event',
  source: 'aws.events',
  account: pseudoParameters['AWS::AccountId'],
  time: at.toISOString().replace(/\.\d+Z$/, 'Z'),
  region: pseudoParameters['AWS::Region'],
  resources: [ruleArn],
  detail: {},
});
