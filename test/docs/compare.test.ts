/** The comparison with other SCEP servers: its tables, its prices, and what they rest on. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  computeCertificatesPerDevice,
  computeOurDollars,
  findCrossoverDevices,
  renewalWindows,
} from '../../bench/compare/costs.ts';
import { fillPage, generatedParts } from '../../bench/compare/pages.ts';
import { features, peers } from '../../bench/compare/peers.ts';
import { dollarsPerMillionEnrolments, prices } from '../../bench/compare/prices.ts';

describe('the comparison', () => {
  it.each(Object.entries(generatedParts))('in %s is what npm run compare writes', (path, parts) => {
    const page = readFileSync(path, 'utf8');
    expect(page, `${path} differs from bench/compare: run npm run compare`).toBe(
      fillPage(page, parts),
    );
  });

  it('refuses a page that has lost its markers', () => {
    expect(() => fillPage('# A page', { costs: () => '' })).toThrow(/no markers for "costs"/);
  });

  it.each(features)(
    'names a source for what it says of peers, or says that it has none: $name',
    ({ cells }) => {
      const bare = Object.entries(cells).filter(
        ([peer, [text, ...cited]]) =>
          peer !== 'ours' && cited.length === 0 && !text.includes('not confirmed'),
      );
      expect(bare).toEqual([]);
      expect(Object.keys(cells)).toEqual(Object.keys(peers));
    },
  );

  it('says that we have no renewal, because messageType 17 is not answered', () => {
    const renewal = features.find(({ name }) => name.includes('messageType 17'));
    const source = readFileSync('lambda/message/pki-message.ts', 'utf8');
    const answered = /const messageTypes = \{.*\}/.exec(source)?.[0] ?? '';
    expect(answered).toContain("'19'");
    expect(renewal?.cells.ours[0].includes('not yet')).toBe(!answered.includes("'17'"));
  });
});

describe('the cost of a month', () => {
  it('adds up as by hand: 1,000 devices that replace 7-day certificates after 5.6 days', () => {
    const certificates = (1000 * 30.4375) / 5.6 + 30.4375 / 3;
    const stack = 4 * 0.4 + 12 * 0.1 + 7 * 0.3;
    const byHand = 50 + certificates * 0.058 + stack + (certificates * 36.8) / 1e6;
    expect(computeOurDollars('shortLived', 1000)).toBeCloseTo(byHand, 6);
  });

  it('charges a general-purpose CA by tiers', () => {
    const devices = 200_000;
    const certificates =
      devices * computeCertificatesPerDevice('generalPurpose', 0.8) + 30.4375 / 30;
    const byTiers = 1000 * 0.75 + 9000 * 0.35 + (certificates - 10_000) * 0.001;
    const rest = 400 + 4 * 0.4 + 12 * 0.1 + 7 * 0.3 + (certificates * 36.8) / 1e6;
    expect(computeOurDollars('generalPurpose', devices)).toBeCloseTo(byTiers + rest, 6);
  });

  it.each(renewalWindows)('is the same in both modes at the crossover, with $who', ({ share }) => {
    const devices = findCrossoverDevices(share);
    const difference = (fleet: number) =>
      computeOurDollars('generalPurpose', fleet, share) -
      computeOurDollars('shortLived', fleet, share);
    expect(difference(devices - 1)).toBeGreaterThanOrEqual(0);
    expect(difference(devices)).toBeLessThan(0);
  });

  it('uses the cost of a million enrolments that docs/benchmarks.md prints', () => {
    const printed = /cost of a million enrolments, list price +([\d.]+) \$/.exec(
      readFileSync('docs/benchmarks.md', 'utf8'),
    );
    expect(Number(printed?.[1])).toBe(dollarsPerMillionEnrolments);
  });

  it('has a price and a unit in every row of the list', () => {
    for (const { dollars, per, what } of Object.values(prices)) {
      expect(dollars, what).toBeGreaterThan(0);
      expect(['month', 'hour', 'certificate']).toContain(per);
    }
  });
});
