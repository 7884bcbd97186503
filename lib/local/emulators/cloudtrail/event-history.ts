/**
 * The event history: a journal on disk of what was recorded, each event to be seen once it is
 * delivered.
 */
import { appendToJournal, readJournal, rewriteJournal } from '../../stored-json.ts';
import type { TrailEvent } from './api-call.ts';

/** An event as kept. `order` counts them, oldest first; times in milliseconds. */
export interface RecordedEvent {
  readonly order: number;
  readonly at: number;
  readonly event: TrailEvent;
}

/** The history of one state directory. */
export interface EventHistory {
  readonly add: (event: TrailEvent, atMilliseconds: number) => void;
  /** What is delivered and not too old at that time, newest first. */
  readonly visible: (atMilliseconds: number) => RecordedEvent[];
}

const keptMilliseconds = 90 * 86_400_000;

/**
 * Opens the journal, which is made where it is missing; what is older than 90 days is dropped from
 * it.
 */
export const openEventHistory = (
  path: string,
  delayMilliseconds: number,
  now: () => number,
): EventHistory => {
  const isKept = ({ at }: RecordedEvent): boolean => now() - at < keptMilliseconds;
  const events = readJournal<RecordedEvent>(path).filter(isKept);
  rewriteJournal(path, events);
  return {
    add: (event, at) => {
      const recorded = { order: (events.at(-1)?.order ?? 0) + 1, at, event };
      appendToJournal(path, recorded);
      events.push(recorded);
    },
    visible: (at) =>
      events
        .filter((each) => each.at + delayMilliseconds <= at && at - each.at < keptMilliseconds)
        .reverse(),
  };
};
