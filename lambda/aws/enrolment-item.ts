/** A row as an item of DynamoDB, and back. */
import type { EnrolmentRow, RowState, Search } from '../ports/enrolments.ts';
import { type Item, toNumberAttribute, toOptionalMember, toTextAttribute } from './attributes.ts';
import { readStoredItem } from './stored-item.ts';

const toOctetsAttribute = (B: Uint8Array) => ({ B });

/** The attributes of a row, without its key and its place in an index. */
export const toRowItem = (row: EnrolmentRow): Item => ({
  connectorId: toTextAttribute(row.connectorId),
  enrolmentId: toTextAttribute(row.enrolmentId),
  attempt: toNumberAttribute(row.attempt),
  grantedAt: toNumberAttribute(row.grantedAtSeconds),
  subject: toTextAttribute(row.subject),
  ...toOptionalMember('challengeId', row.challengeId, toTextAttribute),
  transactionId: toTextAttribute(row.transactionId),
  ...toStateMembers(row.state),
});

/** The attributes of a row's state. */
export function toStateMembers(state: RowState): Item {
  const status = toTextAttribute(state.status);
  if (state.status === 'granted')
    return {
      status,
      sealedGrant: toOctetsAttribute(state.sealedGrant),
      ...toSearchMembers(state.search),
    };
  if (state.status === 'refused')
    return {
      status,
      code: toTextAttribute(state.code),
      ...toOptionalMember('serialHex', state.serialHex, toTextAttribute),
      ...toOptionalMember('revokedAt', state.revokedAtSeconds, toNumberAttribute),
      ...toOptionalMember('sealedGrant', state.sealedGrant, toOctetsAttribute),
      ...toSearchMembers(state.search),
    };
  return {
    status,
    certificateArn: toTextAttribute(state.certificateArn),
    serialHex: toTextAttribute(state.serialHex),
    sealedCertificate: toOctetsAttribute(state.sealedCertificate),
    notBefore: toNumberAttribute(state.notBeforeSeconds),
    notAfter: toNumberAttribute(state.notAfterSeconds),
    ...toOptionalMember('revokedAt', state.revokedAtSeconds, toNumberAttribute),
  };
}

const toSearchMembers = (search: Search | undefined): Item =>
  search === undefined
    ? {}
    : {
        lostAt: toNumberAttribute(search.askedAtSeconds),
        ...toOptionalMember('searchedAt', search.searchedAtSeconds, toNumberAttribute),
        ...(search.candidates?.length && { candidateArns: { SS: [...search.candidates] } }),
      };

/** Reads a row; throws `EnrolmentRowUnreadable`, naming the item, for one that we did not write. */
export function readRow(item: Item): EnrolmentRow {
  const stored = readStoredItem(item, 'EnrolmentRowUnreadable');
  return {
    connectorId: stored.text('connectorId'),
    enrolmentId: stored.text('enrolmentId'),
    attempt: stored.number('attempt'),
    grantedAtSeconds: stored.number('grantedAt'),
    subject: stored.text('subject'),
    ...toOptionalMember('challengeId', stored.optionalText('challengeId')),
    transactionId: stored.text('transactionId'),
    ...toOptionalMember('endedAtMilliseconds', stored.optionalText('endedAt'), (at) =>
      Number.parseInt(at, 10),
    ),
    state: readState(item),
  };
}

function readState(item: Item): RowState {
  const stored = readStoredItem(item, 'EnrolmentRowUnreadable');
  const status = stored.text('status');
  if (status === 'granted')
    return { status, sealedGrant: stored.octets('sealedGrant'), ...readSearch(item) };
  if (status === 'refused')
    return {
      status,
      code: stored.refusalCode('code'),
      ...toOptionalMember('serialHex', stored.optionalText('serialHex')),
      ...toOptionalMember('revokedAtSeconds', stored.optionalNumber('revokedAt')),
      ...toOptionalMember('sealedGrant', stored.optionalOctets('sealedGrant')),
      ...readSearch(item),
    };
  if (status !== 'issued') throw stored.unreadable();
  return {
    status,
    certificateArn: stored.text('certificateArn'),
    serialHex: stored.text('serialHex'),
    sealedCertificate: stored.octets('sealedCertificate'),
    notBeforeSeconds: stored.number('notBefore'),
    notAfterSeconds: stored.number('notAfter'),
    ...toOptionalMember('revokedAtSeconds', stored.optionalNumber('revokedAt')),
  };
}

/** Reads the member `search` of a row's state; {} if the item has no search. */
export function readSearch(item: Item): { readonly search?: Search } {
  const stored = readStoredItem(item, 'EnrolmentRowUnreadable');
  const askedAtSeconds = stored.optionalNumber('lostAt');
  if (askedAtSeconds === undefined) return {};
  return {
    search: {
      askedAtSeconds,
      ...toOptionalMember('searchedAtSeconds', stored.optionalNumber('searchedAt')),
      ...toOptionalMember('candidates', stored.optionalTexts('candidateArns')),
    },
  };
}
