/** Metrics that CloudWatch makes from our functions' log lines (docs/decisions/010-metrics.md). */
import { Metric, type MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import {
  FilterPattern,
  type IFilterPattern,
  type ILogGroup,
  MetricFilter,
} from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';

const metricNamespace = 'ScepConnector';

export interface LogMetricProps {
  /** Omitted for a function of the whole service. */
  readonly connectorId?: string;
  readonly logGroup: ILogGroup;
  readonly pattern: IFilterPattern;
  /** A number, or the field that holds one. */
  readonly value: string;
  /** The value of a line that does not match the pattern; absent: no value. */
  readonly otherwise?: number;
  /**
   * Fields that make a metric of their own for each value; each of those costs as much as a metric.
   */
  readonly dimensions?: Readonly<Record<string, string>>;
}

/**
 * Makes a filter and its metric, `<name>-<connectorId>`; returns a function that makes the metric
 * to use.
 */
export function logMetric(
  scope: Construct,
  name: string,
  { connectorId, logGroup, pattern, value, otherwise, dimensions }: LogMetricProps,
): (options: MetricOptions) => Metric {
  const metricName = connectorId === undefined ? name : `${name}-${connectorId}`;
  new MetricFilter(scope, name, {
    logGroup,
    filterPattern: pattern,
    metricNamespace,
    metricName,
    metricValue: value,
    ...(otherwise !== undefined && { defaultValue: otherwise }),
    ...(dimensions && { dimensions }),
  });
  return (options) => new Metric({ namespace: metricNamespace, metricName, ...options });
}

/** Lines in which a field is a number. "Exists" would compare it with a text. */
export const anyNumber = (field: string): IFilterPattern =>
  FilterPattern.numberValue(field, '>=', -1_000_000);
