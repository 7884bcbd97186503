/** A service's dashboard: the panel, and each connector's graphs and alarms. */
import { Aws, CfnOutput, Names, Stack } from 'aws-cdk-lib';
import {
  type Alarm,
  AlarmStatusWidget,
  CustomWidget,
  Dashboard,
  GraphWidget,
  type GraphWidgetProps,
  type IMetric,
  type IWidget,
  type Metric,
  TextWidget,
  TextWidgetBackground,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Grant, IGrantable } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { ConnectorResources } from './connector.ts';
import type { ConnectorDirectory } from './connector-directory.ts';
import {
  ConnectorMetrics,
  type ConnectorParts,
  createExecutionMetrics,
  createFunctionFaultMetrics,
  createTimeToCertificateMetrics,
} from './connector-metrics.ts';
import { PanelFunction } from './panel-function.ts';
import type { ServiceTables } from './tables.ts';

/** A dashboard is 24 units wide. */
const fullWidth = 24;

export interface ShownConnector extends ConnectorParts {
  readonly alarms: readonly Alarm[];
  /** The days until its RA certificate expires (alarms.ts). */
  readonly raDaysLeft: Metric;
  /** The days until its CA expires (alarms.ts). */
  readonly caDaysLeft: Metric;
  /** Calls that the CA throttled (issuance-alarms.ts). */
  readonly caThrottled: Metric;
}

/** A CloudWatch dashboard with the console panel on top. */
export class ScepDashboard extends Construct {
  private readonly dashboard: Dashboard;
  private readonly panel: PanelFunction;

  constructor(
    scope: Construct,
    id: string,
    service: { readonly tables: ServiceTables; readonly directory: ConnectorDirectory },
  ) {
    super(scope, id);
    this.panel = new PanelFunction(this, 'Panel', service);
    this.dashboard = new Dashboard(this, 'Dashboard', {
      dashboardName: Names.uniqueResourceName(this, { maxLength: 120, separator: '-' }),
    });
    this.dashboard.addWidgets(
      new CustomWidget({
        title: 'Challenges and enrolments',
        functionArn: this.panel.function.functionArn,
        width: fullWidth,
        height: 15,
        updateOnRefresh: true,
        // Neither event changes the panel, and a refresh would lose a form's text.
        updateOnResize: false,
        updateOnTimeRangeChange: false,
      }),
    );
    new CfnOutput(Stack.of(this), 'DashboardUrl', {
      value: `https://${Aws.REGION}.console.aws.amazon.com/cloudwatch/home?region=${Aws.REGION}#dashboards/dashboard/${this.dashboard.dashboardName}`,
    });
  }

  /** Lets a principal use the panel. */
  grantPanel(grantee: IGrantable): Grant {
    return this.panel.function.grantInvoke(grantee);
  }

  /** Lets the panel administer a connector. */
  addToPanel(connector: Pick<ConnectorResources, 'secrets'>): void {
    this.panel.addConnector(connector);
  }

  /** Adds a connector's rows, and its metrics in the scope of its other resources. */
  addConnector(scope: Construct, connector: ShownConnector): void {
    const { connectorId, alarms } = connector;
    const metrics = new ConnectorMetrics(scope, 'Metrics', connector);
    this.dashboard.addWidgets(
      new TextWidget({
        markdown: `## ${connectorId}`,
        width: fullWidth,
        height: 1,
        background: TextWidgetBackground.TRANSPARENT,
      }),
    );
    this.dashboard.addWidgets(...outcomeRow(connector, metrics));
    this.dashboard.addWidgets(...healthRow(connector));
    this.dashboard.addWidgets(
      new AlarmStatusWidget({
        title: 'Alarms',
        alarms: [...alarms],
        width: fullWidth,
        height: 2,
      }),
    );
  }
}

const graph = (
  title: string,
  width: number,
  left: readonly IMetric[],
  more: GraphWidgetProps = {},
) => new GraphWidget({ title, width, height: 6, left: [...left], leftYAxis: { min: 0 }, ...more });

/** The answers that devices received. */
const outcomeRow = (connector: ShownConnector, metrics: ConnectorMetrics): readonly IWidget[] => [
  graph('Enrolments', fullWidth / 3, [metrics.issued, ...metrics.refused], { stacked: true }),
  graph('Time to certificate', fullWidth / 3, createTimeToCertificateMetrics(connector), {
    leftYAxis: { min: 0, label: 'ms', showUnits: false },
  }),
  graph('Pending', fullWidth / 3, [
    metrics.pending,
    createExecutionMetrics(connector).begun,
    createExecutionMetrics(connector).ended,
  ]),
];

/** Signs of whether issuance works. */
function healthRow(connector: ShownConnector): readonly IWidget[] {
  const { failed, timedOut } = createExecutionMetrics(connector);
  const { errors, throttles } = createFunctionFaultMetrics(connector);
  return [
    graph('Certificate authority', fullWidth / 4, [
      connector.caThrottled.with({ label: 'throttled by the CA' }),
    ]),
    graph('Attempts that failed', fullWidth / 4, [failed, timedOut]),
    graph('Days left', fullWidth / 4, [connector.raDaysLeft.with({ label: 'RA certificate' })], {
      right: [connector.caDaysLeft.with({ label: 'CA certificate' })],
      rightYAxis: { min: 0 },
    }),
    graph('Errors and throttles of functions', fullWidth / 4, [...errors, ...throttles]),
  ];
}
