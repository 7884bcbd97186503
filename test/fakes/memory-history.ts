import { historyEntryOf } from '../../lambda/audit/settlement.ts';
import { Fault } from '../../lambda/errors.ts';
import type { AuditEvent, EventBus, History, HistoryEntry, Refusals } from '../../lambda/ports.ts';
import { type MemoryTables, memoryTables } from './memory-tables.ts';

/** The number of refusals that are kept per day, and of days that are listed. */
const bounds = { ofSource: 100, ofConnector: 10_000, days: 30 } as const;

/**
 * Refusals and settled rows in memory; the contract suite compares them with DynamoDB. `entries`
 * returns all entries in no particular order.
 */
export function memoryHistory(
  { rows, refusals }: Pick<MemoryTables, 'rows' | 'refusals'> = memoryTables(),
): History & Refusals & { readonly entries: () => readonly HistoryEntry[] } {
  const settled = (): readonly HistoryEntry[] =>
    [...rows.values()].flatMap(({ row }) =>
      row.state.status === 'granted'
        ? []
        : [historyEntryOf(row, row.state, row.endedAtMilliseconds ?? 0)],
    );
  const entries = (): readonly HistoryEntry[] => [...settled(), ...refusals.kept.values()];
  const count = (what: string): number => {
    const counted = (refusals.counts.get(what) ?? 0) + 1;
    refusals.counts.set(what, counted);
    return counted;
  };
  return {
    entries,
    record: async (entry, source) => {
      const day = `${entry.connectorId}#${new Date(entry.atMilliseconds).toISOString().slice(0, 10)}`;
      const [ofSource, ofConnector] = [count(`${day}#${source}`), count(`${day}#all`)];
      if (ofSource > bounds.ofSource || ofConnector > bounds.ofConnector) return;
      refusals.kept.set(keyOf(entry), entry);
    },
    list: async (connectorId, { limit, before }, nowSeconds) => {
      if (before !== undefined && !/^\d+#/.test(before)) throw new Fault('PositionUnreadable');
      const oldest = (nowSeconds - bounds.days * 86_400) * 1000;
      const all = entries()
        .filter((one) => one.connectorId === connectorId && one.atMilliseconds >= oldest)
        .toSorted((one, other) => (positionOf(one) < positionOf(other) ? 1 : -1))
        .filter((entry) => before === undefined || positionOf(entry) < before);
      const page = all.slice(0, limit);
      const last = page.at(-1);
      return all.length > limit && last
        ? { entries: page, next: positionOf(last) }
        : { entries: page };
    },
  };
}

const positionOf = ({ atMilliseconds, id }: HistoryEntry): string => `${atMilliseconds}#${id}`;
const keyOf = (entry: HistoryEntry): string => `${entry.connectorId}#${positionOf(entry)}`;

/** A bus that keeps its events. */
export function memoryEventBus(): EventBus & { readonly events: AuditEvent[] } {
  const events: AuditEvent[] = [];
  return {
    events,
    publish: async (event) => {
      events.push(event);
    },
  };
}
