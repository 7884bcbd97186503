/**
 * The search after `CertificateLost`, which continues for a day. A certificate that it finds is
 * recorded and revoked.
 */
import { parseIssuedCertificate } from '../asn1/issued-certificate.ts';
import { openGrant } from '../policy/grant.ts';
import type { EnrolmentRow, RefusedState } from '../ports/enrolments.ts';
import { type CertifyContext, end, type Round } from './context.ts';
import { toRecordedCertificate } from './recorded-certificate.ts';
import { adoptCandidate } from './search.ts';
import { computeLateSearchEnd, lateIntervalSeconds } from './search-schedule.ts';
import { discard } from './settle.ts';

/** Ends or continues the search of a refused attempt. Does nothing for one without a search. */
export async function closeLateSearch(
  row: EnrolmentRow & { readonly state: RefusedState },
  context: CertifyContext,
): Promise<Round> {
  const { search, sealedGrant } = row.state;
  if (search === undefined || sealedGrant === undefined) return end;
  const { connectorId, keys, attempts, clock } = context;
  const grant = openGrant(connectorId, row, sealedGrant, keys);
  const adopted = await adoptCandidate(
    search.candidates ?? [],
    'forGrantedKey',
    { row, grant },
    context,
  );
  if (adopted !== undefined) {
    const record = toRecordedCertificate(
      parseIssuedCertificate(adopted.pem),
      adopted.certificateArn,
      { row },
    );
    await discard({ ...record, withheldFor: 'CertificateLost' }, context);
    return end;
  }
  if (clock.nowSeconds() >= computeLateSearchEnd(search)) await attempts.endSearch(row);
  else await attempts.requestSearch(row, search, clock.nowSeconds() + lateIntervalSeconds);
  return end;
}
