import { Stack } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { ShortLivedRootAuthority } from '../../../lib/cloud/certificate-authority.ts';
import {
  computeDevicesCost,
  describeMonthlyCost,
  listFixedCosts,
} from '../../../lib/cloud/monthly-cost.ts';
import { declareConnector, newStack } from './synthesis.ts';

const shortLived = { usageMode: 'SHORT_LIVED_CERTIFICATE', validityDays: 7 } as const;
const general = { usageMode: 'GENERAL_PURPOSE', validityDays: 365 } as const;

describe('the cost of devices', () => {
  it('is that of a certificate every half life', () => {
    // 365 / 12 / 3.5 = 8.69 certificates of $0.058 and of $60 a million.
    expect(computeDevicesCost(shortLived, 1)).toBeCloseTo(8.6905 * 0.05806, 3);
    expect(computeDevicesCost(general, 1)).toBeCloseTo(0.16667 * 0.75006, 3);
  });

  it('falls with volume where the CA’s price does', () => {
    // 6,000, 12,000 and 60,000 devices have 1,000, 2,000 and 10,000 certificates a month.
    expect(computeDevicesCost(general, 6_000)).toBeCloseTo(750 + 0.06, 1);
    expect(computeDevicesCost(general, 12_000)).toBeCloseTo(750 + 350 + 0.12, 1);
    expect(computeDevicesCost(general, 120_000)).toBeCloseTo(750 + 3_150 + 10 + 1.2, 1);
  });
});

describe('the fixed cost', () => {
  it('counts what is in the stack, and an alarm by its metrics', () => {
    const stack = newStack();
    declareConnector(stack, {
      certificateAuthority: new ShortLivedRootAuthority(stack, 'Ca', { commonName: 'x' }),
    });
    const rows = Object.fromEntries(
      listFixedCosts(stack).map(({ title, count, dollars }) => [title, [count, dollars]]),
    );
    expect(rows).toMatchObject({ CA: [1, 50], secret: [4, 1.6], dashboard: [1, 3] });
    const [alarms = 0, dollars = 0] = rows.alarm ?? [];
    expect(dollars).toBeGreaterThan(alarms * 0.1);
  });

  it('of an empty stack is nothing', () => {
    expect(listFixedCosts(new Stack())).toEqual([]);
  });
});

describe('the statement', () => {
  it('says each part, for how many devices, and the date of the prices', () => {
    const rows = [
      { title: 'CA', count: 1, dollars: 50 },
      { title: 'secret', count: 4, dollars: 1.6 },
    ];
    expect(describeMonthlyCost(rows, [shortLived, shortLived, general])).toBe(
      'A month costs $51.60 before any device: CA $50.00, 4 secrets $1.60. An existing CA is not counted. ' +
        'Certificates of 7 days from a short-lived CA, renewed at half their life, add $50.46 for 100 devices, ' +
        '$505 for 1,000 devices, $5,046 for 10,000 devices. ' +
        'Certificates of 365 days from a general-purpose CA, renewed at half their life, add $12.50 for 100 devices, ' +
        '$125 for 1,000 devices, $983 for 10,000 devices. ' +
        'List prices of us-east-1 of 2026-11-28; those of certificates are not confirmed ' +
        '(aws.amazon.com/private-ca/pricing).',
    );
  });

  it('is made once, by the service, when everything is declared', () => {
    const stack = newStack();
    declareConnector(stack);
    const found = Annotations.fromStack(stack).findInfo(
      '*',
      Match.stringLikeRegexp('A month costs'),
    );
    expect(found.map(({ id }) => id)).toEqual(['/Test/Service']);
    expect(found[0]?.entry.data).toMatch(/4 secrets.*Certificates of 365 days/);
  });
});
