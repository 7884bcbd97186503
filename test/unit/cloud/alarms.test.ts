/**
 * The alarms of a connector; those on revocation are in revocation.test.ts, those of a service in
 * dispatch.test.ts.
 */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Duration } from 'aws-cdk-lib';
import type { Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { pathOf } from './policies.ts';
import { declareConnector, newStack, root, synthesizeStack } from './synthesis.ts';

let template: Template;
beforeAll(() => {
  const stack = newStack();
  declareConnector(stack, {
    raValidity: Duration.days(90),
    raRotationInterval: Duration.days(30),
  });
  template = synthesizeStack(stack);
});

const alarm = (name: string) => {
  const all = Object.values(template.findResources('AWS::CloudWatch::Alarm'));
  return all.find((each) => pathOf(each).endsWith(`/${name}`))?.Properties;
};

/** The filter of a metric. */
const filterOf = (metricName: string) => {
  const all = Object.values(template.findResources('AWS::Logs::MetricFilter'));
  const found = all.filter(
    ({ Properties }) => Properties.MetricTransformations[0].MetricName === metricName,
  );
  expect(found).toHaveLength(1);
  return found[0]?.Properties;
};

describe('an alarm', () => {
  it('rings when an RA certificate is a day late to be renewed', () => {
    expect(alarm('RenewalLate')).toMatchObject({
      MetricName: 'RaDaysLeft-default',
      Statistic: 'Minimum',
      Threshold: 59,
      ComparisonOperator: 'LessThanThreshold',
    });
    expect(filterOf('RaDaysLeft-default')).toMatchObject({
      FilterPattern: '{ $.raDaysLeft >= -1000000 }',
      MetricTransformations: [{ MetricName: 'RaDaysLeft-default', MetricValue: '$.raDaysLeft' }],
    });
  });

  it('rings 90 days before the CA’s end begins to shorten certificates', () => {
    expect(alarm('AuthorityEnds')).toMatchObject({
      Namespace: 'ScepConnector',
      MetricName: 'CaDaysLeft-default',
      Statistic: 'Minimum',
      Threshold: 365 + 90,
      ComparisonOperator: 'LessThanThreshold',
      TreatMissingData: 'ignore',
    });
    expect(filterOf('CaDaysLeft-default')).toMatchObject({
      FilterPattern: '{ $.caDaysLeft >= -1000000 }',
    });
  });

  it('rings when a rotation failed', () => {
    expect(alarm('RotationFailed')).toMatchObject({
      Namespace: 'AWS/Lambda',
      MetricName: 'Errors',
      Threshold: 1,
    });
  });

  it('rings during a flood of envelopes that do not open', () => {
    expect(alarm('EnvelopeFlood')).toMatchObject({
      MetricName: 'EnvelopesRefused-default',
      Statistic: 'Sum',
      Threshold: 200,
    });
    expect(filterOf('EnvelopesRefused-default')).toMatchObject({
      FilterPattern: '{ ($.code = "EnvelopeRefused") || ($.code = "TooManyEnvelopes") }',
    });
  });

  it('rings when an attempt fails or outlasts its five minutes', () => {
    const { Metrics, Threshold } = alarm('IssuanceFailed') ?? {};
    expect(Threshold).toBe(1);
    const names = Metrics.map(
      ({ Expression, MetricStat }: { Expression?: string; MetricStat?: MetricStat }) =>
        Expression ?? `${MetricStat?.Metric.Namespace} ${MetricStat?.Metric.MetricName}`,
    );
    expect(names.toSorted()).toEqual([
      'AWS/States ExecutionsFailed',
      'AWS/States ExecutionsTimedOut',
      'FILL(failed, 0) + FILL(timedOut, 0)',
    ]);
  });

  it('rings when a certificate is given up as lost', () => {
    expect(alarm('CertificateLost')).toMatchObject({
      ...ofCode('CertificateLost'),
      AlarmDescription: expect.stringContaining('the use of its challenge was not returned'),
    });
  });

  it('rings when the certificates of the CA are used up, and says what to do', () => {
    expect(alarm('CertificateLimitReached')).toMatchObject({
      ...ofCode('CertificateLimitReached'),
      AlarmDescription: expect.stringMatching(/a new CA, or ask AWS for a higher quota/),
    });
  });

  it('counts a lost certificate when it is settled, once, and codes of the CA whenever they come', () => {
    expect(filterOf('IssuanceCodes-default')).toMatchObject({
      FilterPattern:
        '{ ($.code = "CertificateAuthorityBusy") || ($.code = "CertificateLimitReached")' +
        ' || (($.outcome = "settled") && ($.code = "CertificateLost")) }',
      MetricTransformations: [{ Dimensions: [{ Key: 'Code', Value: '$.code' }], MetricValue: '1' }],
      LogGroupName: { Ref: expect.stringContaining('IssuanceCertifyLog') },
    });
  });

  it('rings for every certificate that is not what the records say', () => {
    expect(alarm('StrayCertificates')).toMatchObject({
      MetricName: 'Strays-default',
      Statistic: 'Sum',
      Threshold: 1,
    });
    expect(filterOf('Strays-default')).toMatchObject({
      FilterPattern:
        '{ ($.outcome = "arn-not-recorded") || ($.outcome = "foreign-certificate")' +
        ' || ($.outcome = "discarded") || ($.outcome = "mismatch") }',
    });
  });
});

describe('a filter', () => {
  it('names outcomes, codes and statuses that the functions log', () => {
    const directory = join(root, 'lambda');
    const sources = readdirSync(directory, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .map((file) => readFileSync(join(directory, file), 'utf8'))
      .join('\n');
    const filters = Object.values(template.findResources('AWS::Logs::MetricFilter'));
    const words = filters.flatMap(({ Properties }) =>
      [...Properties.FilterPattern.matchAll(/"([^"]+)"/g)].map(([, word]) => word),
    );
    expect(words.length).toBeGreaterThan(8);
    // A code may be a key of a table (lambda/core/errors.ts).
    const isLogged = (word: string) => new RegExp(`'${word}'|\\b${word}:`).test(sources);
    expect(words.filter((word) => !isLogged(word))).toEqual([]);
  });
});

/** An alarm at the first line with a code. */
const ofCode = (Value: string) => ({
  MetricName: 'IssuanceCodes-default',
  Dimensions: [{ Name: 'Code', Value }],
  Statistic: 'Sum',
  Threshold: 1,
  TreatMissingData: 'notBreaching',
});

interface MetricStat {
  readonly Metric: { readonly Namespace: string; readonly MetricName: string };
}
