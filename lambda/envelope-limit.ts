/**
 * How many envelopes that do not open are taken, of whom (docs/decisions/008-envelope-flood.md). There is one answer to all of
 * them, so nobody should learn from it; should somebody, these are how many questions are answered.
 */
import type { Connector } from './connector.ts';
import { HttpFault, Refusal } from './errors.ts';
import { keyedDigest } from './policy/connector-key.ts';

/** What was opened in vain so far. Hours lie within days (UTC), so a source never has more than the connector. */
export interface VainOpenings {
  readonly ofSourceThisHour: number;
  readonly ofConnectorToday: number;
}

/** A source has few an hour, and fewer once a day has brought the connector many, from whomever. */
export const allowance = { ofSource: 60, ofConnector: 200, ofSourceThen: 3 } as const;

/** Whether a source may have no more opened. One that sent nothing bad this hour always may: nobody can lock it out. */
export function isOver({ ofSourceThisHour, ofConnectorToday }: VainOpenings): boolean {
  const { ofSource, ofConnector, ofSourceThen } = allowance;
  return ofSourceThisHour >= (ofConnectorToday < ofConnector ? ofSource : ofSourceThen);
}

/** Whether some source may be over; while not, nobody has to look at how many a source had. */
export const mayBeOver = (ofConnectorToday: number): boolean =>
  ofConnectorToday >= Math.min(allowance.ofSource, allowance.ofConnector);

export const hourOf = (seconds: number): number => Math.floor(seconds / 3600);

export const dayOf = (seconds: number): number => Math.floor(seconds / 86_400);

/**
 * Runs what opens an envelope of this source, and counts it if it was in vain; throws `HttpFault('TooManyEnvelopes')`, and runs
 * nothing, for a source that is over its allowance.
 */
export async function withinLimit<Opened>(
  source: string,
  { envelopes, keys }: Pick<Connector, 'envelopes' | 'keys'>,
  open: () => Promise<Opened>,
): Promise<Opened> {
  // Keyed: of a bare hash every IPv4 address is found in a minute.
  const hashed = keyedDigest(keys.sources, source);
  if (!(await envelopes.isOpenTo(hashed))) throw new HttpFault('TooManyEnvelopes');
  try {
    return await open();
  } catch (error) {
    if (error instanceof Refusal && error.code === 'EnvelopeRefused')
      await envelopes.chargeTo(hashed);
    throw error;
  }
}
