/** The list of a connector's outcomes, one partition per day: settled rows and refusals. */
import type { Item } from './attributes.ts';

/** The day in UTC, as partitions name it. */
export const toDay = (milliseconds: number): string =>
  new Date(milliseconds).toISOString().slice(0, 10);

/** The partition of a connector and day. */
export const toConnectorDay = (connectorId: string, milliseconds: number): string =>
  `${connectorId}#${toDay(milliseconds)}`;

/**
 * The attributes that list an item under its day. Thirteen digits of milliseconds sort like numbers
 * until the year 2286.
 */
export const toDayMembers = (connectorId: string, atMilliseconds: number, id: string): Item => ({
  connectorDay: { S: toConnectorDay(connectorId, atMilliseconds) },
  endedAt: { S: `${atMilliseconds}#${id}` },
});
