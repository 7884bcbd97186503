import { describe, expect, it } from 'vitest';
import { toCertificateOrder } from '../../../lambda/issuance/order.ts';
import type { Grant } from '../../../lambda/policy/grant.ts';

const day = 86_400;

/** The days that are ordered for a Grant of 30 days, with so many days of the CA left. */
const daysOrdered = (daysLeft: number): number => {
  const grant = {
    ...{ enrolmentId: 'f', attempt: 1, request: '', validityDays: 30 },
    authorityNotAfterSeconds: 1_000 * day,
    ...{ subject: [], alternativeNames: [], keyUsage: [], extendedKeyUsage: [] },
    certificatePolicies: [],
  } as unknown as Grant;
  const nowSeconds = (1_000 - daysLeft) * day;
  return toCertificateOrder(grant, 'SHA256WITHRSA', nowSeconds).validityDays;
};

describe('an order that waited', () => {
  it.each([
    [400, 30],
    [30.5, 30],
    [20.5, 20],
    [1.5, 1],
  ])('with %d days of the CA left is for %i', (daysLeft, ordered) => {
    expect(daysOrdered(daysLeft)).toBe(ordered);
  });

  it('is for a day if the CA has none left, which the CA refuses for good', () => {
    expect(daysOrdered(0.5)).toBe(1);
    expect(daysOrdered(-5)).toBe(1);
  });
});
