/**
 * How much one source may cause, and all sources of a connector together
 * (docs/decisions/008-envelope-flood.md): failed decryptions, guesses of challenge passwords, and
 * requests that Intune refuses. Each has a budget of its own.
 */

/** Counts so far. Hours lie within days (UTC), so a source never has more than the connector. */
export interface Charges {
  readonly ofSourceThisHour: number;
  readonly ofConnectorToday: number;
}

/**
 * Charges per source and hour, per connector and day, and per source and hour once the connector's
 * are used up.
 */
export const allowance = { ofSource: 60, ofConnector: 200, ofSourceThen: 3 } as const;

/**
 * Whether a source is over its allowance. One without a charge this hour never is, so others cannot
 * lock it out.
 */
export function isOver({ ofSourceThisHour, ofConnectorToday }: Charges): boolean {
  const { ofSource, ofConnector, ofSourceThen } = allowance;
  return ofSourceThisHour >= (ofConnectorToday < ofConnector ? ofSource : ofSourceThen);
}

/** Whether any source may be over its allowance. Before that, no source's own count is read. */
export const mayBeOver = (ofConnectorToday: number): boolean =>
  ofConnectorToday >= Math.min(allowance.ofSource, allowance.ofConnector);

/** The hour of a time, as a number since the epoch. */
export const hourOf = (seconds: number): number => Math.floor(seconds / 3600);

/** The day (UTC) of a time, as a number since the epoch. */
export const dayOf = (seconds: number): number => Math.floor(seconds / 86_400);
