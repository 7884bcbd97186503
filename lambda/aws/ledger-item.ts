/** A ledger entry as an item of DynamoDB, and back. */
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { isRefusalCode } from '../errors.ts';
import type { EntryState, LedgerEntry } from '../ports.ts';
import { number, optional } from './attributes.ts';

export type Item = Record<string, AttributeValue>;

/** The attributes that say how an entry stands. */
export function stateMembers(state: EntryState): Item {
  const status = { S: state.status };
  if (state.status === 'refused') return { status, code: { S: state.code } };
  if (state.status === 'granted')
    return {
      status,
      ...optional('askedAt', state.askedAtSeconds, number),
      ...optional('asks', state.asks, number),
      ...optional('certificateArn', state.certificateArn, (S) => ({ S })),
      ...optional('withheldFor', state.withheldFor, (S) => ({ S })),
      ...optional('run', state.run, number),
    };
  return {
    status,
    certificateArn: { S: state.certificateArn },
    certificate: { B: state.certificate },
    notBefore: number(state.notBeforeSeconds),
    notAfter: number(state.notAfterSeconds),
    ...optional('revokedAt', state.revokedAtSeconds, number),
  };
}

/** An entry's attributes, its key aside. */
export const itemOf = ({
  connectorId,
  enrolmentId,
  generation,
  sealedGrant,
  state,
}: LedgerEntry): Item => ({
  connectorId: { S: connectorId },
  enrolmentId: { S: enrolmentId },
  generation: number(generation),
  sealedGrant: { B: sealedGrant },
  ...stateMembers(state),
});

/** An entry again; throws for an item that says none of the three states. */
export const entryOf = (item: Item): LedgerEntry => ({
  connectorId: item.connectorId?.S ?? '',
  enrolmentId: item.enrolmentId?.S ?? '',
  generation: Number(item.generation?.N),
  sealedGrant: item.sealedGrant?.B ?? new Uint8Array(),
  state: stateOf(item),
});

/** An item that says none of the three states is not ours to guess about: an error, so an outage. */
function stateOf(item: Item): EntryState {
  const status = item.status?.S;
  const code = item.code?.S ?? '';
  if (status === 'granted') {
    const withheldFor = item.withheldFor?.S ?? '';
    return {
      status,
      ...(isRefusalCode(withheldFor) && { withheldFor }),
      ...optional('askedAtSeconds', item.askedAt?.N, Number),
      ...optional('asks', item.asks?.N, Number),
      ...optional('certificateArn', item.certificateArn?.S, String),
      ...optional('run', item.run?.N, Number),
    };
  }
  if (status === 'refused' && isRefusalCode(code)) return { status, code };
  if (status !== 'issued' || !item.certificate?.B) throw new Error('LedgerItemUnreadable');
  return {
    status,
    certificateArn: item.certificateArn?.S ?? '',
    certificate: item.certificate.B,
    notBeforeSeconds: Number(item.notBefore?.N),
    notAfterSeconds: Number(item.notAfter?.N),
    ...optional('revokedAtSeconds', item.revokedAt?.N, Number),
  };
}
