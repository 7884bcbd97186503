import { describe, expect, it } from 'vitest';
import type { EnrolmentRow, RowState } from '../../../lambda/ports/enrolments.ts';
import { isReusableAt } from '../../../lambda/scep/row-outcome.ts';
import { grantedRow } from '../../contract/samples.ts';

const open = grantedRow();
const refused: RowState = { status: 'refused', code: 'CertificateRefused' };

/** A row whose certificate is valid from 1000 to 2000 s. */
const issued = (changes: { readonly revokedAtSeconds?: number } = {}): EnrolmentRow => ({
  ...open,
  state: {
    status: 'issued',
    certificateArn: 'arn:one',
    serialHex: '0a',
    sealedCertificate: new Uint8Array(),
    notBeforeSeconds: 1000,
    notAfterSeconds: 2000,
    ...changes,
  },
});

describe('a row', () => {
  it.each([
    ['while it is open', open, 1_900_000_000],
    ['before half of its certificate’s life has passed', issued(), 1499],
  ])('answers the same request %s', (_, row, atSeconds) => {
    expect(isReusableAt(atSeconds, row)).toBe(true);
  });

  it.each([
    ['once half of its certificate’s life has passed', issued(), 1500],
    ['once its certificate is revoked', issued({ revokedAtSeconds: 1 }), 1001],
    ['with a refusal', { ...open, state: refused }, 1001],
  ])('does not answer the same request %s', (_, row, atSeconds) => {
    expect(isReusableAt(atSeconds, row)).toBe(false);
  });
});
