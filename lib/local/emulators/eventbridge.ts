/**
 * EventBridge (2015-10-07): the default bus, its rules with patterns and schedules. Resource
 * policies are ignored.
 */
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { AsynchronousInvocations } from '../functions/asynchronous.ts';
import { appendToJournal } from '../stored-json.ts';
import type { AwsService, Json } from './aws-service.ts';
import { entriesOf, eventOf } from './eventbridge/entries.ts';
import type { EventPattern } from './eventbridge/pattern.ts';
import { createSchedules, type RuleTarget, type Schedules } from './eventbridge/schedules.ts';

/**
 * Where events are written, one JSON line each, and how the functions that rules invoke get them.
 */
export interface EventBridgeOptions {
  readonly path: string;
  readonly invocations: Pick<AsynchronousInvocations, 'send'>;
  /** Told of runs of a schedule that were left out; the console by default. */
  readonly report?: (message: string) => void;
  readonly now?: () => number;
}

/** A rule that waits for events. */
interface PatternRule {
  readonly pattern: EventPattern;
  readonly targets: readonly RuleTarget[];
}

/** The emulator, and what deploying a template needs beside its operations. */
export interface EventBridge extends AwsService {
  readonly schedules: Schedules;
  readonly addRule: (rule: PatternRule) => void;
}

/** Makes the bus; what earlier runs wrote to its file stays there. */
export const createEventBridge = (options: EventBridgeOptions): EventBridge => {
  const { path, invocations, report = console.error, now = Date.now } = options;
  const rules: PatternRule[] = [];

  const put = (entry: Json): Json => {
    const event = eventOf(entry, now());
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
        const Entries = entriesOf(input).map(put);
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
