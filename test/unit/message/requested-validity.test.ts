import { describe, expect, it } from 'vitest';
import { readCertificationRequest } from '../../../lambda/message/certification-request.ts';
import { readEnrolment } from '../../../lambda/message/enrolment.ts';
import type { PkiMessage } from '../../../lambda/message/pki-message.ts';
import { buildCsr, csrAttribute } from '../../support/kit/csr.ts';
import { sequence, stringTypes } from '../../support/kit/der.ts';
import { rsaKey } from '../../support/kit/keys.ts';

const key = rsaKey();

/** The validity that a CSR with these name-value pairs requests, in days. */
function daysOf(...pairs: readonly (readonly [string, string])[]): number | undefined {
  const attributes = pairs.map(([name, value]) =>
    csrAttribute('1.3.6.1.4.1.311.13.2.1', sequence(stringTypes.bmp(name), stringTypes.bmp(value))),
  );
  const signer = { subjectPublicKeyInfo: key.spki };
  const message = { replyTo: { transactionId: 'one', signer } } as unknown as PkiMessage;
  const request = readCertificationRequest(buildCsr({ key, attributes }));
  return readEnrolment('test', message, request).requestedValidityDays;
}

describe('the validity that Windows requests', () => {
  it.each<[string, string, number]>([
    ['Days', '30', 30],
    ['days', '1', 1],
    ['Weeks', '2', 14],
    ['Months', '3', 90],
    ['Years', '1', 365],
    ['Hours', '49', 2],
    ['Hours', '1', 1],
    ['Seconds', '1', 1],
  ])('in the unit %s, %s of them, is %s days', (period, units, days) => {
    expect(daysOf(['ValidityPeriod', period], ['ValidityPeriodUnits', units])).toBe(days);
  });

  it('is undefined without its pairs', () => {
    expect(daysOf()).toBeUndefined();
    expect(daysOf(['CertificateTemplate', 'User'])).toBeUndefined();
  });

  it.each([
    ['a unit without its number', [['ValidityPeriod', 'Days']]],
    ['a number without its unit', [['ValidityPeriodUnits', '30']]],
    [
      'an unknown unit',
      [
        ['ValidityPeriod', 'Moons'],
        ['ValidityPeriodUnits', '1'],
      ],
    ],
    [
      'a member of the prototype as its unit',
      [
        ['ValidityPeriod', 'constructor'],
        ['ValidityPeriodUnits', '1'],
      ],
    ],
    [
      'zero days',
      [
        ['ValidityPeriod', 'Days'],
        ['ValidityPeriodUnits', '0'],
      ],
    ],
    [
      'a negative number of days',
      [
        ['ValidityPeriod', 'Days'],
        ['ValidityPeriodUnits', '-1'],
      ],
    ],
    [
      'two units',
      [
        ['ValidityPeriod', 'Days'],
        ['ValidityPeriod', 'Years'],
        ['ValidityPeriodUnits', '1'],
      ],
    ],
  ] as const)('is refused with %s', (_, pairs) => {
    expect(() => daysOf(...pairs)).toThrow(expect.objectContaining({ code: 'AttributeRefused' }));
  });
});
