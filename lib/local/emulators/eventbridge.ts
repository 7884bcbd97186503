/**
 * EventBridge (2015-10-07): the default bus, and its rules with patterns and schedules. It ignores
 * resource policies.
 */
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { AsynchronousInvocations } from '../functions/asynchronous.ts';
import { appendToJournal } from '../stored-json.ts';
import type { AwsService, Json } from './aws-service.ts';
import { buildEvent, readEntries } from './eventbridge/entries.ts';
import type { EventPattern } from './eventbridge/pattern.ts';
import { createSchedules, type RuleTarget, type Schedules } from './eventbridge/schedules.ts';

/** The file of events, with one JSON line each, and the invocation of functions by rules. */
export interface EventBridgeOptions {
  readonly path: string;
  readonly invocations: Pick<AsynchronousInvocations, 'send'>;
  /** Receives skipped runs of a schedule; the console by default. */
  readonly report?: (message: string) => void;
  readonly now?: () => number;
}

/** A rule that waits for events. */
interface PatternRule {
  readonly pattern: EventPattern;
  readonly targets: readonly RuleTarget[];
}

/** The emulator, and the additional operations for deploying a template. */
export interface EventBridge extends AwsService {
  readonly schedules: Schedules;
  readonly addRule: (rule: PatternRule) => void;
}

/** Creates the bus; its file keeps the events of earlier runs. */
export const createEventBridge = (options: EventBridgeOptions): EventBridge => {
  const { path, invocations, report = console.error, now = Date.now } = options;
  const rules: PatternRule[] = [];

  const put = (entry: Json): Json => {
    const event = buildEvent(entry, now());
    if ('ErrorCode' in event) return { ...event };
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    appendToJournal(path, event);
    const targets = rules.filter(({ pattern }) => pattern(event)).flatMap((rule) => rule.targets);
    for (const { functionArn, input } of targets)
      void invocations.send(functionArn, input ?? event);
    return { EventId: event.id };
  };
  return {
    name: 'EventBridge',
    targetPrefix: 'AWSEvents',
    operations: {
      PutEvents: (input) => {
        const Entries = readEntries(input).map(put);
        return {
          FailedEntryCount: Entries.filter(({ ErrorCode }) => ErrorCode !== undefined).length,
          Entries,
        };
      },
    },
    schedules: createSchedules(invocations, report),
    addRule: (rule) => {
      rules.push(rule);
    },
  };
};
