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
  /** Omitted for a function that serves all connectors. */
  readonly connectorId?: string;
  readonly logGroup: ILogGroup;
  readonly pattern: IFilterPattern;
  /** A number, or the field that holds one. */
  readonly value: string;
  /** The value of a line that does not match the pattern; if omitted, such a line has no value. */
  readonly otherwise?: number;
  /** Fields that split the metric: each of their values is a separate metric and costs as much. */
  readonly dimensions?: Readonly<Record<string, string>>;
}

/**
 * Creates a filter and its metric, `<name>-<connectorId>`; returns a function that creates the
 * metric for use.
 */
export function createLogMetric(
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

/** Matches lines in which a field is a number. "Exists" would compare it with a text. */
export const matchAnyNumber = (field: string): IFilterPattern =>
  FilterPattern.numberValue(field, '>=', -1_000_000);
