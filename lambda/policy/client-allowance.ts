/**
 * The budgets of one client address and of a whole connector
 * (docs/decisions/008-envelope-flood.md). Failed decryptions, wrong challenge passwords and
 * refusals by Intune have a budget each. A charge is one such failure.
 */

/** The charges so far. An hour lies within one day (UTC), so a client never has more than all. */
export interface Failures {
  readonly byClientThisHour: number;
  readonly byConnectorToday: number;
}

/**
 * The allowed charges: per client and hour, per connector and day, and per client and hour once the
 * connector's are used up.
 */
export const allowance = { perClient: 60, perConnector: 200, perClientWhenReduced: 3 } as const;

/**
 * Whether a client is over its allowance. A client without a charge in this hour never is, so other
 * clients cannot lock it out.
 */
export function isOver({ byClientThisHour, byConnectorToday }: Failures): boolean {
  const { perClient, perConnector, perClientWhenReduced } = allowance;
  return byClientThisHour >= (byConnectorToday < perConnector ? perClient : perClientWhenReduced);
}

/** Whether any client can be over its allowance. Until then, a client's own count is not read. */
export const isPossiblyOver = (byConnectorToday: number): boolean =>
  byConnectorToday >= Math.min(allowance.perClient, allowance.perConnector);

/** The hour of a time, as a number since the epoch. */
export const toHour = (seconds: number): number => Math.floor(seconds / 3600);

/** The day (UTC) of a time, as a number since the epoch. */
export const toDay = (seconds: number): number => Math.floor(seconds / 86_400);
