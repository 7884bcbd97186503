/**
 * How much one source may cause, and all sources of a connector together
 * (docs/decisions/008-envelope-flood.md): failed decryptions, guesses of challenge passwords, and
 * requests that Intune refuses. Each has a budget of its own.
 */

/** Counts so far. Hours lie within days (UTC), so a source never has more than the connector. */
export interface Failures {
  readonly byClientThisHour: number;
  readonly byConnectorToday: number;
}

/**
 * Charges per source and hour, per connector and day, and per source and hour once the connector's
 * are used up.
 */
export const allowance = { perClient: 60, perConnector: 200, perClientWhenReduced: 3 } as const;

/**
 * Whether a source is over its allowance. One without a charge this hour never is, so others cannot
 * lock it out.
 */
export function isOver({ byClientThisHour, byConnectorToday }: Failures): boolean {
  const { perClient, perConnector, perClientWhenReduced } = allowance;
  return byClientThisHour >= (byConnectorToday < perConnector ? perClient : perClientWhenReduced);
}

/** Whether any source may be over its allowance. Before that, no source's own count is read. */
export const isPossiblyOver = (byConnectorToday: number): boolean =>
  byConnectorToday >= Math.min(allowance.perClient, allowance.perConnector);

/** The hour of a time, as a number since the epoch. */
export const toHour = (seconds: number): number => Math.floor(seconds / 3600);

/** The day (UTC) of a time, as a number since the epoch. */
export const toDay = (seconds: number): number => Math.floor(seconds / 86_400);
