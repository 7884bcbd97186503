/** A row as an item of DynamoDB, and back. */
import { type Attempt, formatAttemptId } from '../core/attempt.ts';
import { isRefusalCode, type RefusalCode } from '../core/errors.ts';
import type { EnrolmentRow, RowState, Search } from '../ports/enrolments.ts';
import { computeTtl, toNumberAttribute, writeOptional } from './attributes.ts';
import { type Item, lostPartition, toWithheldPartition } from './enrolment-keys.ts';
import { readStoredItem } from './stored-item.ts';

/**
 * How many days a settled row and a serial record are kept after the certificate ends, or after the
 * refusal.
 */
export const keptDays = 30;

/**
 * The attributes that list a settled row under its day. Thirteen digits of milliseconds sort like
 * numbers until the year 2286.
 */
export const toDayMembers = (
  connectorId: string,
  attempt: Attempt,
  atMilliseconds: number,
): Item => ({
  connectorDay: { S: `${connectorId}#${new Date(atMilliseconds).toISOString().slice(0, 10)}` },
  endedAt: { S: `${atMilliseconds}#${formatAttemptId(attempt)}` },
});

/**
 * A settled row that a later attempt follows, without its key. It stays in the list of its day, and
 * due if it was.
 */
export function toEarlierRowItem(row: EnrolmentRow, nowSeconds: number): Item {
  const { state, connectorId, endedAtMilliseconds = row.grantedAtSeconds * 1000 } = row;
  const ends = state.status === 'issued' ? state.notAfterSeconds : nowSeconds;
  const isWithheld =
    state.status === 'refused' &&
    state.serialHex !== undefined &&
    state.revokedAtSeconds === undefined;
  const isLost = state.status === 'refused' && state.search !== undefined;
  const partition = isWithheld ? toWithheldPartition(connectorId) : lostPartition;
  return {
    ...toRowItem(row),
    ...toDayMembers(connectorId, row, endedAtMilliseconds),
    ttl: computeTtl(ends, keptDays),
    ...((isWithheld || isLost) && {
      duePartition: { S: partition },
      dueAt: toNumberAttribute(nowSeconds),
    }),
  };
}

const text = (S: string) => ({ S });
const octets = (B: Uint8Array) => ({ B });

/** The attributes of a row, without its key and its place in an index. */
export const toRowItem = (row: EnrolmentRow): Item => ({
  connectorId: text(row.connectorId),
  enrolmentId: text(row.enrolmentId),
  attempt: toNumberAttribute(row.attempt),
  grantedAt: toNumberAttribute(row.grantedAtSeconds),
  subject: text(row.subject),
  ...writeOptional('challengeId', row.challengeId, text),
  transactionId: text(row.transactionId),
  ...toStateMembers(row.state),
});

/** The attributes that say how a row stands. */
export function toStateMembers(state: RowState): Item {
  const status = text(state.status);
  if (state.status === 'granted')
    return { status, sealedGrant: octets(state.sealedGrant), ...searchMembers(state.search) };
  if (state.status === 'refused')
    return {
      status,
      code: text(state.code),
      ...writeOptional('serialHex', state.serialHex, text),
      ...writeOptional('revokedAt', state.revokedAtSeconds, toNumberAttribute),
      ...writeOptional('sealedGrant', state.sealedGrant, octets),
      ...searchMembers(state.search),
    };
  return {
    status,
    certificateArn: text(state.certificateArn),
    serialHex: text(state.serialHex),
    sealedCertificate: octets(state.sealedCertificate),
    notBefore: toNumberAttribute(state.notBeforeSeconds),
    notAfter: toNumberAttribute(state.notAfterSeconds),
    ...writeOptional('revokedAt', state.revokedAtSeconds, toNumberAttribute),
  };
}

const searchMembers = (search: Search | undefined): Item =>
  search === undefined
    ? {}
    : {
        lostAt: toNumberAttribute(search.askedAtSeconds),
        ...writeOptional('searchedAt', search.searchedAtSeconds, toNumberAttribute),
        ...(search.candidates?.length && { candidateArns: { SS: [...search.candidates] } }),
      };

/**
 * The row again; throws `EnrolmentRowUnreadable`, naming the item, for anything that we did not
 * write.
 */
export function readRow(item: Item): EnrolmentRow {
  const stored = readStoredItem(item, 'EnrolmentRowUnreadable');
  return {
    connectorId: stored.text('connectorId'),
    enrolmentId: stored.text('enrolmentId'),
    attempt: stored.number('attempt'),
    grantedAtSeconds: stored.number('grantedAt'),
    subject: stored.text('subject'),
    ...writeOptional('challengeId', stored.optionalText('challengeId'), String),
    transactionId: stored.text('transactionId'),
    ...writeOptional('endedAtMilliseconds', stored.optionalText('endedAt'), (at) =>
      Number.parseInt(at, 10),
    ),
    state: stateOfItem(item),
  };
}

function stateOfItem(item: Item): RowState {
  const stored = readStoredItem(item, 'EnrolmentRowUnreadable');
  const status = stored.text('status');
  if (status === 'granted')
    return { status, sealedGrant: stored.octets('sealedGrant'), ...searchOfItem(item) };
  if (status === 'refused')
    return {
      status,
      code: readRefusalCode(stored.text('code'), stored.unreadable),
      ...writeOptional('serialHex', stored.optionalText('serialHex'), String),
      ...writeOptional('revokedAtSeconds', stored.optionalNumber('revokedAt'), Number),
      ...writeOptional('sealedGrant', stored.optionalOctets('sealedGrant'), (value) => value),
      ...searchOfItem(item),
    };
  if (status !== 'issued') throw stored.unreadable();
  return {
    status,
    certificateArn: stored.text('certificateArn'),
    serialHex: stored.text('serialHex'),
    sealedCertificate: stored.octets('sealedCertificate'),
    notBeforeSeconds: stored.number('notBefore'),
    notAfterSeconds: stored.number('notAfter'),
    ...writeOptional('revokedAtSeconds', stored.optionalNumber('revokedAt'), Number),
  };
}

/** A row's search; undefined without one. */
export function searchOfItem(item: Item): { readonly search?: Search } {
  const stored = readStoredItem(item, 'EnrolmentRowUnreadable');
  const askedAtSeconds = stored.optionalNumber('lostAt');
  if (askedAtSeconds === undefined) return {};
  return {
    search: {
      askedAtSeconds,
      ...writeOptional('searchedAtSeconds', stored.optionalNumber('searchedAt'), Number),
      ...writeOptional('candidates', stored.texts('candidateArns'), (values) => values),
    },
  };
}

/** A stored refusal code; throws for a text that is not one. */
export function readRefusalCode(stored: string, unreadable: () => Error): RefusalCode {
  if (!isRefusalCode(stored)) throw unreadable();
  return stored;
}
