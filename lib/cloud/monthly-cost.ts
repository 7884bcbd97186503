/** What a stack costs a month, computed at synthesis from what is in it and the price list. */

import { CfnResource } from 'aws-cdk-lib';
import { CfnCertificateAuthority } from 'aws-cdk-lib/aws-acmpca';
import { CfnAlarm, CfnDashboard } from 'aws-cdk-lib/aws-cloudwatch';
import { CfnMetricFilter } from 'aws-cdk-lib/aws-logs';
import { CfnSecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { IConstruct } from 'constructs';
import type { UsageMode } from './issuing-authority.ts';
import { authorityPrices, millionEnrolments, priceDate, prices } from './price-list.ts';

/** A connector's certificates, as much as their number depends on. */
export interface IssuedCertificates {
  readonly usageMode: UsageMode;
  readonly validityDays: number;
}

/** One kind of resource with a fixed price. */
interface Row {
  readonly title: string;
  readonly count: number;
  readonly dollars: number;
}

/** The fixed part of a month, one row per kind of resource. */
export function listFixedCosts(scope: IConstruct): readonly Row[] {
  const resources = scope.node.findAll().filter((each) => CfnResource.isCfnResource(each));
  const authorities = resources.filter((each) => each instanceof CfnCertificateAuthority);
  const alarms = resources.filter((each) => each instanceof CfnAlarm);
  const count = (type: typeof CfnSecret | typeof CfnDashboard | typeof CfnMetricFilter): number =>
    resources.filter((each) => each instanceof type).length;
  const rows: readonly Row[] = [
    {
      title: 'CA',
      count: authorities.length,
      dollars: sum(authorities.map(({ usageMode }) => monthOf(usageMode))),
    },
    row('secret', count(CfnSecret), prices.secretMonth),
    row('dashboard', count(CfnDashboard), prices.dashboardMonth),
    {
      title: 'alarm',
      count: alarms.length,
      dollars: sum(alarms.map(countMetrics)) * prices.alarmMetricMonth,
    },
    row('metric', count(CfnMetricFilter), prices.metricMonth),
  ];
  return rows.filter((each) => each.count > 0);
}

const row = (title: string, count: number, each: number): Row => ({
  title,
  count,
  dollars: count * each,
});

const sum = (values: readonly number[]): number => values.reduce((all, each) => all + each, 0);

const monthOf = (usageMode: string | undefined): number =>
  usageMode === 'SHORT_LIVED_CERTIFICATE'
    ? authorityPrices.SHORT_LIVED_CERTIFICATE.month
    : authorityPrices.GENERAL_PURPOSE.month;

/** An alarm on an expression costs as much as its metrics. */
const countMetrics = ({ metrics }: CfnAlarm): number =>
  Array.isArray(metrics) ? metrics.filter((each) => 'metricStat' in (each as object)).length : 1;

const daysOfMonth = 365 / 12;

/** What one month costs for so many devices that renew at half their certificates' life. */
export function computeDevicesCost(
  { usageMode, validityDays }: IssuedCertificates,
  devices: number,
): number {
  const certificates = (devices * daysOfMonth) / (validityDays / 2);
  let dollars = (certificates * millionEnrolments) / 1e6;
  let counted = 0;
  for (const { upTo, each } of authorityPrices[usageMode].certificates) {
    const inTier = Math.max(0, Math.min(certificates, upTo) - counted);
    dollars += inTier * each;
    counted += inTier;
  }
  return dollars;
}

const fleets = [100, 1_000, 10_000];

/** The statement of a stack: the fixed part by kind, then what devices cost. */
export function describeMonthlyCost(
  rows: readonly Row[],
  issued: readonly IssuedCertificates[],
): string {
  const fixed = rows
    .map(({ title, count, dollars }) =>
      count === 1 ? `${title} ${toDollars(dollars)}` : `${count} ${title}s ${toDollars(dollars)}`,
    )
    .join(', ');
  const lives = new Map(issued.map((each) => [`${each.usageMode} ${each.validityDays}`, each]));
  const perDevice = [...lives.values()].map(
    (each) =>
      `Certificates of ${each.validityDays} days from a ${modeNames[each.usageMode]} CA, renewed at half their life, add ` +
      `${fleets.map((devices) => `${toDollars(computeDevicesCost(each, devices))} for ${devices.toLocaleString('en')} devices`).join(', ')}.`,
  );
  return [
    `A month costs ${toDollars(sum(rows.map(({ dollars }) => dollars)))} before any device: ${fixed}. An existing CA is not counted.`,
    ...perDevice,
    `List prices of us-east-1 of ${priceDate}; those of certificates are not confirmed (aws.amazon.com/private-ca/pricing).`,
  ].join(' ');
}

const modeNames: Readonly<Record<UsageMode, string>> = {
  SHORT_LIVED_CERTIFICATE: 'short-lived',
  GENERAL_PURPOSE: 'general-purpose',
};

const toDollars = (dollars: number): string =>
  `$${dollars >= 100 ? Math.round(dollars).toLocaleString('en') : dollars.toFixed(2)}`;
