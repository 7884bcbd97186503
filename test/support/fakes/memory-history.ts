import { toHistoryEntry } from '../../../lambda/audit/settlement.ts';
import { Fault } from '../../../lambda/core/errors.ts';
import type { AuditEvent, EventBus, History, HistoryEntry } from '../../../lambda/ports/history.ts';
import type { RefusalGroup, Refusals } from '../../../lambda/ports/refusals.ts';
import { type MemoryTables, memoryTables } from './memory-tables.ts';

/** How many refusals are kept a day, and how many days are listed. */
const bounds = { ofSource: 100, ofConnector: 10_000, groups: 1000, days: 30 } as const;

const hourMilliseconds = 3_600_000;

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
        : [toHistoryEntry(row, row.state, row.endedAtMilliseconds ?? 0)],
    );
  const listed = (): readonly Listed[] => [
    ...[...settled(), ...refusals.kept.values()].map((entry) => ({
      entry,
      listedAtMilliseconds: entry.atMilliseconds,
    })),
    ...refusals.groups.values(),
  ];
  const entries = (): readonly HistoryEntry[] => listed().map(({ entry }) => entry);
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
      if (ofSource > bounds.ofSource || ofConnector > bounds.ofConnector) return false;
      refusals.kept.set(keyOf(entry), entry);
      return true;
    },
    add: async (group, added, atMilliseconds) => {
      const { connectorId, code } = group;
      const day = `${connectorId}#${new Date(atMilliseconds).toISOString().slice(0, 10)}`;
      const isFull = (refusals.counts.get(`${day}#groups`) ?? 0) >= bounds.groups;
      const one: RefusalGroup = isFull ? { connectorId, code, source: 'others' } : group;
      const hour = Math.floor(atMilliseconds / hourMilliseconds);
      const id = JSON.stringify([one.code, one.refused, one.source]);
      const key = `${connectorId}#${hour}#${id}`;
      const { count: before = 0 } = refusals.groups.get(key)?.entry ?? {};
      if (before === 0) count(`${day}#groups`);
      refusals.groups.set(key, {
        entry: {
          ...one,
          source: one.source.slice(0, 8),
          atMilliseconds,
          id,
          outcome: 'refused',
          count: before + added,
        },
        listedAtMilliseconds: (hour + 1) * hourMilliseconds - 1,
      });
    },
    list: async (connectorId, { limit, before }, nowSeconds) => {
      if (before !== undefined && !/^\d+#/.test(before)) throw new Fault('PositionUnreadable');
      const oldest = (nowSeconds - bounds.days * 86_400) * 1000;
      const all = listed()
        .filter(({ entry }) => entry.connectorId === connectorId && entry.atMilliseconds >= oldest)
        .toSorted((one, other) => (positionOf(one) < positionOf(other) ? 1 : -1))
        .filter((one) => before === undefined || positionOf(one) < before);
      const last = all.slice(0, limit).at(-1);
      const page = all
        .slice(0, limit)
        .map(({ entry }) => entry)
        .toSorted((one, other) => other.atMilliseconds - one.atMilliseconds);
      return all.length > limit && last
        ? { entries: page, next: positionOf(last) }
        : { entries: page };
    },
  };
}

interface Listed {
  readonly entry: HistoryEntry;
  readonly listedAtMilliseconds: number;
}

const positionOf = ({ entry, listedAtMilliseconds }: Listed): string =>
  `${listedAtMilliseconds}#${entry.id}`;
const keyOf = ({ connectorId, atMilliseconds, id }: HistoryEntry): string =>
  `${connectorId}#${atMilliseconds}#${id}`;

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
