/** Certify's reads and writes in memory; the contract suite compares them with DynamoDB. */
import { type Attempt, isSameAttempt } from '../../../lambda/core/attempt.ts';
import { Fault } from '../../../lambda/core/errors.ts';
import type {
  AttemptStore,
  RecordedCertificate,
  RefusalBasis,
  Settlement,
  SettleResult,
} from '../../../lambda/ports/attempts.ts';
import type { AttemptProgress } from '../../../lambda/ports/enrolments.ts';
import type { IssuanceRateLimiter } from '../../../lambda/ports/rate-limiter.ts';
import {
  type MemoryTables,
  rowId,
  type StoredSerial,
  serialId,
  storedRowOf,
} from './memory-tables.ts';

/** The port on tables in memory, for one connector. */
export function memoryAttempts(tables: MemoryTables, connectorId = 'test'): AttemptStore {
  const idOf = ({ enrolmentId }: Attempt): string => rowId(connectorId, enrolmentId);
  const own = (attempt: Attempt): AttemptProgress | undefined => {
    const progress = tables.progress.get(idOf(attempt));
    return progress?.attempt === attempt.attempt ? progress : undefined;
  };
  const write = (progress: AttemptProgress): AttemptProgress => {
    tables.progress.set(idOf(progress), progress);
    return progress;
  };
  return {
    read: async (attempt) => {
      const newest = tables.rows.get(idOf(attempt))?.row;
      const row = storedRowOf(tables, connectorId, attempt)?.row ?? newest;
      const progress = tables.progress.get(idOf(attempt));
      return {
        ...(row && { row }),
        ...(progress && { progress }),
        nextTurnAtMilliseconds: tables.nextTurnAtMilliseconds,
      };
    },
    begin: async (progress) => {
      const there = tables.progress.get(idOf(progress));
      if (there && there.attempt >= progress.attempt) return { progress: there, isNew: false };
      return { progress: write(progress), isNew: true };
    },
    mark: async (attempt, nowSeconds) => {
      const progress = own(attempt);
      if (progress === undefined || progress.withheldFor) return undefined;
      const { askedAtSeconds = nowSeconds, tries } = progress;
      return write({ ...progress, askedAtSeconds, tries: tries + 1 });
    },
    unmark: async (attempt) => {
      const progress = own(attempt);
      if (progress?.tries !== 1 || progress.certificateArn) return;
      const { askedAtSeconds: _, ...rest } = progress;
      write({ ...rest, tries: 0 });
    },
    recordArn: async (attempt, certificateArn) => {
      const progress = own(attempt);
      if (progress === undefined) return false;
      write({ ...progress, certificateArn });
      return true;
    },
    withhold: async (attempt, code) => {
      const progress = own(attempt);
      if (progress === undefined) return undefined;
      return write({ ...progress, withheldFor: progress.withheldFor ?? code }).withheldFor;
    },
    record: async (certificate) => recordSerial(tables, connectorId, certificate),
    settle: async (settlement) => settle(tables, connectorId, settlement),
    discard: async (certificate, nowSeconds) => {
      const stored = storedRowOf(tables, connectorId, certificate);
      if (stored?.row.state.status !== 'refused' || !recordSerial(tables, connectorId, certificate))
        throw new Fault('AttemptUnknown', certificate.enrolmentId);
      const { search: _, sealedGrant: __, ...state } = stored.row.state;
      stored.row = { ...stored.row, state: { ...state, serialHex: certificate.serialHex } };
      stored.due = { of: 'withheld', atSeconds: nowSeconds };
    },
    postpone: async (attempt, dueAtSeconds) => {
      const stored = storedRowOf(tables, connectorId, attempt);
      if (stored?.row.state.status !== 'granted') return false;
      stored.due = { of: 'due', atSeconds: dueAtSeconds };
      return true;
    },
    requestSearch: async (attempt, search, dueAtSeconds) => {
      const stored = storedRowOf(tables, connectorId, attempt);
      if (stored === undefined || !('sealedGrant' in stored.row.state)) return false;
      const { candidates: _, ...known } = { ...stored.row.state.search, ...search };
      stored.row = { ...stored.row, state: { ...stored.row.state, search: known } };
      stored.due = { of: 'lost', atSeconds: dueAtSeconds };
      return true;
    },
    endSearch: async (attempt) => {
      const stored = storedRowOf(tables, connectorId, attempt);
      if (stored?.row.state.status !== 'refused') return;
      const { search: _, sealedGrant: __, ...state } = stored.row.state;
      stored.row = { ...stored.row, state };
      stored.due = undefined;
    },
  };
}

/**
 * Writes a serial record. Refuses another attempt's record, a good record that becomes withheld or
 * revoked, and the reverse.
 */
function recordSerial(
  tables: MemoryTables,
  connectorId: string,
  certificate: RecordedCertificate,
  isHandedOut = false,
): boolean {
  const id = serialId(connectorId, certificate.serialHex);
  const there = tables.serials.get(id);
  if (there && !isSameAttempt(there.certificate, certificate)) return false;
  if (certificate.withheldFor ? there?.isHandedOut : isBad(there)) return false;
  const merged = { ...there?.certificate, ...certificate };
  tables.serials.set(id, {
    ...there,
    certificate: merged,
    isHandedOut: isHandedOut || there?.isHandedOut === true,
  });
  return true;
}

const isBad = (there: StoredSerial | undefined): boolean =>
  there?.revokedAtSeconds !== undefined || there?.certificate.withheldFor !== undefined;

/** The progress record that each basis of a refusal requires. */
const holds: Readonly<
  Record<RefusalBasis, (attempt: number, progress: AttemptProgress | undefined) => boolean>
> = {
  rejected: (attempt, one) =>
    one?.attempt === attempt && one.tries === 1 && !one.certificateArn && !one.withheldFor,
  failed: (attempt, one) => one?.attempt === attempt && !one.withheldFor,
  notAsked: (attempt, one) =>
    one === undefined ||
    one.attempt < attempt ||
    (one.attempt === attempt && one.askedAtSeconds === undefined && !one.withheldFor),
  unknown: (attempt, one) => one === undefined || one.attempt <= attempt,
};

function settle(tables: MemoryTables, connectorId: string, settlement: Settlement): SettleResult {
  const { enrolmentId, attempt, state, certificate, giveBack, basis, nowMilliseconds } = settlement;
  const id = rowId(connectorId, enrolmentId);
  const stored = tables.rows.get(id);
  if (stored?.row.attempt !== attempt || stored.row.state.status !== 'granted')
    return 'settledBefore';
  const progress = tables.progress.get(id);
  if (certificate === undefined && state.status === 'refused') {
    if (!holds[basis](attempt, progress)) return 'askedElsewhere';
    const closed = progress?.attempt === attempt ? progress : undefined;
    const { turnAtMilliseconds = 0, tries = 0, withheldFor = state.code } = closed ?? {};
    tables.progress.set(id, {
      ...closed,
      enrolmentId,
      attempt,
      turnAtMilliseconds,
      tries,
      withheldFor,
    });
  }
  const isHandedOut = state.status === 'issued';
  if (certificate && !recordSerial(tables, connectorId, certificate, isHandedOut)) {
    const there = tables.serials.get(serialId(connectorId, certificate.serialHex));
    if (there && isSameAttempt(there.certificate, certificate)) return 'certificateRevoked';
    throw new Fault('SerialUnreadable');
  }
  giveUseBack(tables, giveBack);
  const nowSeconds = Math.floor(nowMilliseconds / 1000);
  stored.row = { ...stored.row, endedAtMilliseconds: nowMilliseconds, state };
  stored.due = undefined;
  if (certificate?.withheldFor) stored.due = { of: 'withheld', atSeconds: nowSeconds };
  else if (settlement.searchDueAtSeconds !== undefined)
    stored.due = { of: 'lost', atSeconds: settlement.searchDueAtSeconds };
  return 'settled';
}

/** Returns a use, if the challenge exists and was used. */
function giveUseBack({ challenges }: MemoryTables, key: string | undefined): void {
  const challenge = challenges.get(key ?? '');
  if (challenge?.usesLeft === undefined || challenge.usesLeft >= (challenge.maxUses ?? 0)) return;
  challenges.set(challenge.id, { ...challenge, usesLeft: challenge.usesLeft + 1 });
}

/** The rate limiter on tables in memory. */
export function memoryRateLimiter(tables: MemoryTables, perSecond: number): IssuanceRateLimiter {
  const between = Math.ceil(1000 / perSecond);
  return {
    take: async (now) => {
      const turn = Math.max(tables.nextTurnAtMilliseconds, now);
      tables.nextTurnAtMilliseconds = turn + between;
      return turn;
    },
  };
}
