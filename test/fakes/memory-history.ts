import type { AuditEvent, EventBus, History, HistoryEntry } from '../../lambda/ports.ts';

/** A history in memory; the contract suite holds it to what DynamoDB does. `entries` are all, in no order. */
export function memoryHistory(): History & { readonly entries: () => readonly HistoryEntry[] } {
  const kept = new Map<string, HistoryEntry>();
  return {
    entries: () => [...kept.values()],
    record: async (entry) => {
      kept.set(keyOf(entry), entry);
    },
    list: async (connectorId, { limit, before }) => {
      if (before !== undefined && !/^\d+#/.test(before)) throw new Error('PositionUnreadable');
      const all = [...kept.values()]
        .filter((entry) => entry.connectorId === connectorId)
        .sort((one, other) => (positionOf(one) < positionOf(other) ? 1 : -1))
        .filter((entry) => before === undefined || positionOf(entry) < before);
      const entries = all.slice(0, limit);
      const last = entries.at(-1);
      return all.length > limit && last ? { entries, next: positionOf(last) } : { entries };
    },
  };
}

const positionOf = ({ atMilliseconds, id }: HistoryEntry): string => `${atMilliseconds}#${id}`;
const keyOf = (entry: HistoryEntry): string => `${entry.connectorId}#${positionOf(entry)}`;

/** A bus that keeps what it is told. */
export function memoryEventBus(): EventBus & { readonly events: AuditEvent[] } {
  const events: AuditEvent[] = [];
  return {
    events,
    publish: async (event) => {
      events.push(event);
    },
  };
}
