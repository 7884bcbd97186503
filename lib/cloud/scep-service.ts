import { Annotations, Aspects, CfnOutput, RemovalPolicy, Stack } from 'aws-cdk-lib';
import type { ThrottleSettings } from 'aws-cdk-lib/aws-apigatewayv2';
import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { Grant, IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { AdminApi } from './admin-api.ts';
import type { ConnectorResources } from './connector.ts';
import { ConnectorDirectory } from './connector-directory.ts';
import { ScepDashboard, type ShownConnector } from './dashboard.ts';
import { DeclarationError } from './declaration-error.ts';
import { checkService } from './declared-members.ts';
import { Dispatcher } from './dispatcher.ts';
import { Finder } from './finder.ts';
import { LoggedHttpApi } from './http-api.ts';
import { applyToFunctionLogs } from './log-group.ts';
import { refuseBadPrefix } from './logical-id.ts';
import { describeMonthlyCost, type IssuedCertificates, listFixedCosts } from './monthly-cost.ts';
import { ServiceTables } from './tables.ts';

/** A connector, as its service checks it against the others. */
export interface RegisteredConnector {
  readonly connectorId: string;
  readonly ownsRootPath: boolean;
  /** How many routes of the device API it takes. */
  readonly routes: number;
}

export interface ScepServiceProps {
  /**
   * The first part of the tables' logical ids, so that moving or renaming the construct keeps the
   * tables: letters and digits, 1 to 40. Never change it. Give each service of one stack its own.
   *
   * @default 'Scep'
   */
  readonly serviceId?: string;
  /**
   * What becomes of the tables, of the secrets that seal their items, and of the functions' logs
   * when they leave the stack. @default RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE, except by a first
   * deployment that fails
   */
  readonly removalPolicy?: RemovalPolicy;
  /**
   * Whether the tables refuse to be deleted (DynamoDB's deletion protection). CloudFormation cannot
   * roll back a first deployment over a protected table. Turn it on once that deployment stands.
   *
   * @default false
   */
  readonly deletionProtection?: boolean;
  /**
   * IssueCertificate calls per second of all connectors together. Give less than ACM PCA's quota
   * per account and Region if something else in the account issues certificates. With several
   * services, give each its share. @default 25, that quota
   */
  readonly certificatesPerSecond?: number;
  /**
   * Requests per second that each path of the device API admits, with POST counted apart from other
   * methods. A connector can override it (`throttle` of ScepConnector).
   *
   * @default 500, with bursts of 1,000, for 10,000 devices that poll three times per minute
   */
  readonly throttle?: Required<ThrottleSettings>;
  /**
   * Whether there is a CloudWatch dashboard with graphs and the console panel. Without it there is
   * no panel function, and only the alarms have metrics.
   *
   * @default true
   */
  readonly hasDashboard?: boolean;
}

/** API Gateway's quota for an HTTP API (docs/limits.md). Each connector takes four or more. */
const maxRoutes = 300;

/**
 * The shared resources of one stack's connectors: tables, device API, admin API, dispatcher and
 * finder. Refuses connectors of another stack, a duplicate id, a second owner of the root path, and
 * more routes than an HTTP API takes.
 */
export class ScepService extends Construct {
  readonly deviceApi: LoggedHttpApi;
  readonly tables: ServiceTables;
  readonly removalPolicy: RemovalPolicy;
  readonly certificatesPerSecond: number;
  /** The default throttle for its connectors' routes. */
  readonly throttle: Required<ThrottleSettings>;
  /** The alarms of the service. They have no actions; add your own, as for its connectors. */
  readonly alarms: readonly Alarm[];
  /** Where the functions of the service find its connectors. */
  readonly directory: ConnectorDirectory;
  /** The URL of the admin API. */
  readonly adminUrl: string;
  private readonly adminApi: AdminApi;
  private readonly dispatcher: Dispatcher;
  private readonly dashboard: ScepDashboard | undefined;
  private readonly connectorIds = new Set<string>();
  private routes = 0;
  private readonly issued: IssuedCertificates[] = [];
  private rootPathOwner: string | undefined;

  constructor(scope: Construct, id: string, props: ScepServiceProps = {}) {
    super(scope, id);
    checkService(props, '');
    this.removalPolicy = props.removalPolicy ?? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE;
    this.certificatesPerSecond = props.certificatesPerSecond ?? 25;
    refuseRate(this.certificatesPerSecond);
    this.throttle = props.throttle ?? { rateLimit: 500, burstLimit: 1_000 };
    const { serviceId = 'Scep' } = props;
    refuseBadPrefix('serviceId', serviceId, 'badServiceId');
    this.tables = new ServiceTables(this, 'Tables', {
      removalPolicy: this.removalPolicy,
      deletionProtection: props.deletionProtection ?? false,
      serviceId,
    });
    this.deviceApi = new LoggedHttpApi(this, 'DeviceApi', {
      apiName: `${Stack.of(this).stackName}-devices`,
      description: 'SCEP, for devices',
      throttle: this.throttle,
    });
    this.directory = new ConnectorDirectory(this, 'Connectors');
    this.adminApi = new AdminApi(this, 'AdminApi', this);
    this.adminUrl = this.adminApi.url;
    new CfnOutput(Stack.of(this), 'AdminUrl', { value: this.adminUrl });
    this.dispatcher = new Dispatcher(this, 'Dispatcher', this);
    const finder = new Finder(this, 'Finder', this.tables);
    this.alarms = [this.dispatcher.alarm, finder.alarm];
    if (props.hasDashboard ?? true) this.dashboard = new ScepDashboard(this, 'Dashboard', this);
    applyToFunctionLogs(this, this.removalPolicy);
    this.stateMonthlyCost();
  }

  /**
   * Lets a principal call the admin API: every operation on every connector of this service,
   * passwords of challenges included.
   */
  grantAdministration(grantee: IGrantable): Grant {
    return this.adminApi.grantInvoke(grantee);
  }

  /**
   * Lets a principal use the console panel, and so administer every connector. Refuses a service
   * without a dashboard.
   */
  grantConsolePanel(grantee: IGrantable): Grant {
    if (this.dashboard) return this.dashboard.grantPanel(grantee);
    throw new DeclarationError(
      'noDashboard',
      'grantConsolePanel needs the dashboard. Omit hasDashboard: false.',
    );
  }

  /**
   * Registers a connector before its resources are created. Refuses one that conflicts with the
   * others.
   */
  registerConnector(
    connector: Construct,
    { connectorId, ownsRootPath, routes }: RegisteredConnector,
  ): void {
    if (Stack.of(connector) !== Stack.of(this)) {
      throw new DeclarationError(
        'otherStack',
        `Connector "${connectorId}" is in another stack than its ScepService. Put both into one stack, because each ` +
          'names the other’s resources.',
      );
    }
    if (this.connectorIds.has(connectorId)) {
      throw new DeclarationError(
        'duplicateConnectorId',
        `A connector "${connectorId}" already exists. Give this one another connectorId.`,
      );
    }
    if (this.routes + routes > maxRoutes) {
      throw new DeclarationError(
        'tooManyConnectors',
        `Connector "${connectorId}" takes ${routes} routes, and the other ${this.connectorIds.size} connectors ` +
          `take ${this.routes} of the ${maxRoutes} that an HTTP API has. Create another ScepService for it.`,
      );
    }
    if (ownsRootPath && this.rootPathOwner !== undefined) {
      throw new DeclarationError(
        'rootPathTaken',
        `Connector "${this.rootPathOwner}" already owns the root path. Set ownsRootPath on one of them only.`,
      );
    }
    this.connectorIds.add(connectorId);
    this.routes += routes;
    if (ownsRootPath) this.rootPathOwner = connectorId;
  }

  /** Adds a connector's certificates to the statement of what the stack costs. */
  addToCost(issued: IssuedCertificates): void {
    this.issued.push(issued);
  }

  /** States at synthesis what a month of the stack costs, once everything is declared. */
  private stateMonthlyCost(): void {
    const stack = Stack.of(this);
    Aspects.of(this).add({
      visit: (node) => {
        if (node !== this) return;
        const statement = describeMonthlyCost(listFixedCosts(stack), this.issued);
        Annotations.of(this).addInfo(statement);
      },
    });
  }

  /** Lets the admin API and the console panel administer a connector. */
  addToAdministration(connector: Pick<ConnectorResources, 'secrets'>): void {
    this.adminApi.addConnector(connector);
    this.dashboard?.addToPanel(connector);
  }

  /** Lets the dispatcher start the attempts of a connector. */
  addToDispatcher(stateMachine: IStateMachine): void {
    this.dispatcher.addConnector(stateMachine);
  }

  /** Shows a connector on the dashboard. Its metrics are created in the scope. */
  addToDashboard(scope: Construct, connector: ShownConnector): void {
    this.dashboard?.addConnector(scope, connector);
  }
}

function refuseRate(perSecond: number): void {
  if (perSecond > 0 && perSecond <= 1000) return;
  throw new DeclarationError(
    'badRate',
    `certificatesPerSecond is ${perSecond}. Give the IssueCertificate quota of your account in its Region, or this ` +
      "service's share of it: more than 0, at most 1000.",
  );
}
