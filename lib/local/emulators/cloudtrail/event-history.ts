/** The event history: a journal on disk. Each event becomes visible once it is delivered. */
import { appendToJournal, readJournal, rewriteJournal } from '../../stored-json.ts';
import type { TrailEvent } from './api-call.ts';

/** A stored event. `order` counts events from the oldest; `at` is in milliseconds. */
export interface RecordedEvent {
  readonly order: number;
  readonly at: number;
  readonly event: TrailEvent;
}

/** The history of one state directory. */
export interface EventHistory {
  readonly add: (event: TrailEvent, atMilliseconds: number) => void;
  /** The events that are delivered and not too old at that time, newest first. */
  readonly visible: (atMilliseconds: number) => RecordedEvent[];
}

const keptMilliseconds = 90 * 86_400_000;

/** Opens the journal, or creates it if it is missing. Drops events older than 90 days. */
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
