/**
 * The price list of the comparison: US dollars, us-east-1, without free tiers and discounts. Prices
 * of this project's own stack are those that synthesis states (lib/cloud/price-list.ts).
 */
import { authorityPrices, prices as ownPrices, priceDate } from '../../lib/cloud/price-list.ts';
import type { Source } from './sources.ts';

/** When the prices were read. */
export const pricesReadOn = priceDate;

const { SHORT_LIVED_CERTIFICATE: shortLived, GENERAL_PURPOSE: generalPurpose } = authorityPrices;
const [firstTier, secondTier, lastTier] = generalPurpose.certificates;

/** One price, and the pages that it was read on. A price without a page is not confirmed. */
export interface Price {
  readonly what: string;
  readonly dollars: number;
  readonly per: string;
  readonly sources: readonly Source[];
}

export const prices = {
  shortLivedCa: {
    what: 'private CA in short-lived mode',
    dollars: shortLived.month,
    per: 'month',
    sources: ['awsPrices'],
  },
  generalPurposeCa: {
    what: 'private CA in general-purpose mode',
    dollars: generalPurpose.month,
    per: 'month',
    sources: ['awsPrices'],
  },
  shortLivedCertificate: {
    what: 'certificate of a short-lived CA',
    dollars: shortLived.certificates[0].each,
    per: 'certificate',
    sources: ['awsPriceList'],
  },
  firstThousand: {
    what: 'certificate of a general-purpose CA, the first 1,000 of a month',
    dollars: firstTier.each,
    per: 'certificate',
    sources: ['awsPerCertificate'],
  },
  nextNineThousand: {
    what: 'the next 9,000',
    dollars: secondTier.each,
    per: 'certificate',
    sources: [],
  },
  beyondTenThousand: {
    what: 'each one after 10,000',
    dollars: lastTier.each,
    per: 'certificate',
    sources: ['awsPriceList'],
  },
  secret: {
    what: 'secret in Secrets Manager',
    dollars: ownPrices.secretMonth,
    per: 'month',
    sources: [],
  },
  alarm: {
    what: 'CloudWatch alarm',
    dollars: ownPrices.alarmMetricMonth,
    per: 'month',
    sources: [],
  },
  metric: {
    what: 'CloudWatch metric that always has a value',
    dollars: ownPrices.metricMonth,
    per: 'month',
    sources: [],
  },
  linuxServer: {
    what: 'Linux server of 8 GB (EC2 t3.large)',
    dollars: 0.0832,
    per: 'hour',
    sources: ['ec2'],
  },
  smallLinuxServer: {
    what: 'Linux server of 2 GB (EC2 t3.small)',
    dollars: 0.0208,
    per: 'hour',
    sources: [],
  },
  windowsServer: {
    what: 'Windows server of 8 GB (EC2 t3.large)',
    dollars: 0.1108,
    per: 'hour',
    sources: [],
  },
} as const satisfies Record<string, Price>;

/**
 * What a stack with one connector has in every month. A test counts secrets and alarms in the
 * template. Seven metrics have a value in most hours (docs/decisions/010-metrics.md).
 */
export const stackContent = { secrets: 4, alarms: 12, metrics: 7 };

/**
 * Our own services for a million enrolments, as `npm run bench -- --only cost` prints it
 * (docs/benchmarks.md).
 */
export const dollarsPerMillionEnrolments = 36.8;
