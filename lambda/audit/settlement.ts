/** What an issuance came to, for admins to see. */
import { type Generation, generationName } from '../generation.ts';
import { challengeIdIn } from '../policy/challenge.ts';
import type { Grant } from '../policy/grant.ts';
import type { EntryState, EventBus, History, HistoryEntry, LedgerEntry } from '../ports.ts';
import { bestEffort, type Log } from './best-effort.ts';
import { type EventSubjects, issuanceEvent } from './events.ts';
import { subjectText } from './subject-text.ts';

/** What recording a settlement needs. */
export interface SettlementAudit extends EventSubjects {
  readonly history: Pick<History, 'record'>;
  readonly events: EventBus;
  readonly nowMilliseconds: () => number;
  readonly log: Log;
}

/** Nobody waits for this but the end of an execution. */
const longestMilliseconds = 3000;

/** An issuance that ended: what was granted, and what came of it. */
export interface Settled {
  readonly input: Generation;
  readonly entry: LedgerEntry;
  readonly grant: Grant;
  readonly state: Exclude<EntryState, { status: 'granted' }>;
  readonly serialHex?: string;
}

/**
 * Records it, before the ledger does: what is settled there is in the history. Told again it is the same entry, because it is
 * dated by when the CA was first asked: by the end of that second, so that what was refused before in it stands before. Throws where it could not be: the history is in the ledger's own database.
 */
export async function recordSettlement(settled: Settled, audit: SettlementAudit): Promise<void> {
  if (settled.entry.state.status !== 'granted') return;
  await audit.history.record(entryOf(settled, audit));
}

/** Tells of it, at least once where the bus takes events; never throws. */
export const tellOfSettlement = (settled: Settled, audit: SettlementAudit): Promise<void> =>
  bestEffort(
    'event',
    longestMilliseconds,
    () => audit.events.publish(issuanceEvent(entryOf(settled, audit), audit)),
    audit.log,
  );

function entryOf(
  { input, entry, grant, state, serialHex }: Settled,
  { nowMilliseconds }: SettlementAudit,
): HistoryEntry {
  const asked = entry.state.status === 'granted' ? entry.state.askedAtSeconds : undefined;
  return {
    connectorId: entry.connectorId,
    atMilliseconds: asked === undefined ? nowMilliseconds() : asked * 1000 + 999,
    id: generationName(input),
    outcome: state.status,
    ...(state.status === 'refused' && { code: state.code }),
    ...(state.status === 'issued' && { certificateArn: state.certificateArn }),
    ...(serialHex && { serialHex }),
    subject: subjectText(grant.subject.map(({ attribute, value }) => ({ type: attribute, value }))),
    ...(grant.authority.kind === 'challenge' && {
      challengeId: challengeIdIn(grant.authority.challengeKey),
    }),
    enrolmentId: input.enrolmentId,
  };
}
