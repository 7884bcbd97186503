import { Annotations, Aspects, CfnOutput, RemovalPolicy, Stack } from 'aws-cdk-lib';
import type { ThrottleSettings } from 'aws-cdk-lib/aws-apigatewayv2';
import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { AdminApi } from './admin-api.ts';
import type { ConnectorResources } from './connector.ts';
import { ScepDashboard, type ShownConnector } from './dashboard.ts';
import { DeclarationError } from './declaration-error.ts';
import { checkService } from './declared-members.ts';
import { Dispatcher } from './dispatcher.ts';
import { Finder } from './finder.ts';
import { LoggedHttpApi } from './http-api.ts';
import { applyToFunctionLogs } from './log-group.ts';
import { describeMonthlyCost, type IssuedCertificates, listFixedCosts } from './monthly-cost.ts';
import { ServiceTables } from './tables.ts';

export interface ScepServiceProps {
  /**
   * What becomes of the tables, of the secrets that seal their items, and of the functions' logs when
   * they leave the stack. Default: RETAIN_ON_UPDATE_OR_DELETE, so they are kept, except by a first
   * deployment that fails.
   */
  readonly removalPolicy?: RemovalPolicy;
  /**
   * Whether the tables refuse to be deleted (DynamoDB's deletion protection). Default: false,
   * because CloudFormation cannot roll back a first deployment over a protected table. Turn it on
   * once the first deployment stands.
   */
  readonly deletionProtection?: boolean;
  /**
   * IssueCertificate calls per second of all connectors together. Default: 25, ACM PCA's quota per
   * account and Region. Give less if something else in the account issues certificates. With
   * several services, give each its share.
   */
  readonly certificatesPerSecond?: number;
  /**
   * Requests per second that each path of the device API admits, with POST counted apart from other
   * methods. A connector can override it (`throttle` of ScepConnector). Default: 500, with bursts
   * of 1,000, for 10,000 devices that poll three times per minute.
   */
  readonly throttle?: Required<ThrottleSettings>;
  /**
   * Whether there is a CloudWatch dashboard with graphs and the console panel. Default: true.
   * Without it there is no panel function, and only the alarms have metrics.
   */
  readonly hasDashboard?: boolean;
}

/**
 * The admin function reads its connectors from its environment, which Lambda limits to 4,096 bytes.
 * With the longest ids a connector takes 600 of them, and the other settings take 450
 * (test/unit/cloud/environment-size.test.ts).
 */
const maxConnectors = 6;

/**
 * The shared resources of one stack's connectors: tables, device API, admin API, dispatcher and
 * finder. Refuses connectors of another stack, a duplicate id, a second owner of the root path, and
 * more than six.
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
  private readonly adminApi: AdminApi;
  private readonly dispatcher: Dispatcher;
  private readonly dashboard: ScepDashboard | undefined;
  private readonly connectorIds = new Set<string>();
  private readonly issued: IssuedCertificates[] = [];
  private rootPathOwner: string | undefined;

  constructor(scope: Construct, id: string, props: ScepServiceProps = {}) {
    super(scope, id);
    checkService(props, '');
    this.removalPolicy = props.removalPolicy ?? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE;
    this.certificatesPerSecond = props.certificatesPerSecond ?? 25;
    refuseRate(this.certificatesPerSecond);
    this.throttle = props.throttle ?? { rateLimit: 500, burstLimit: 1_000 };
    this.tables = new ServiceTables(this, 'Tables', {
      removalPolicy: this.removalPolicy,
      deletionProtection: props.deletionProtection ?? false,
    });
    this.deviceApi = new LoggedHttpApi(this, 'DeviceApi', {
      apiName: `${Stack.of(this).stackName}-devices`,
      description: 'SCEP, for devices',
      throttle: this.throttle,
    });
    this.adminApi = new AdminApi(this, 'AdminApi', this.tables);
    new CfnOutput(Stack.of(this), 'AdminUrl', { value: this.adminApi.url });
    this.dispatcher = new Dispatcher(this, 'Dispatcher', this);
    const finder = new Finder(this, 'Finder', this.tables);
    this.alarms = [this.dispatcher.alarm, finder.alarm];
    if (props.hasDashboard ?? true)
      this.dashboard = new ScepDashboard(this, 'Dashboard', this.tables);
    applyToFunctionLogs(this, this.removalPolicy);
    this.stateMonthlyCost();
  }

  /**
   * Registers a connector before its resources are created. Refuses one that conflicts with the
   * others.
   */
  registerConnector(connector: Construct, connectorId: string, ownsRootPath: boolean): void {
    if (Stack.of(connector) !== Stack.of(this)) {
      throw new DeclarationError(
        'otherStack',
        `Connector "${connectorId}" is in another stack than its ScepService. Put both into one: each names ` +
          'the other’s resources.',
      );
    }
    if (this.connectorIds.has(connectorId)) {
      throw new DeclarationError(
        'duplicateConnectorId',
        `A connector "${connectorId}" already exists. Give this one another connectorId.`,
      );
    }
    if (this.connectorIds.size === maxConnectors) {
      throw new DeclarationError(
        'tooManyConnectors',
        `A ScepService holds ${maxConnectors} connectors. Create another ScepService in another stack, ` +
          `for "${connectorId}".`,
      );
    }
    if (ownsRootPath && this.rootPathOwner !== undefined) {
      throw new DeclarationError(
        'rootPathTaken',
        `Connector "${this.rootPathOwner}" owns the root path already. Set ownsRootPath on one of them only.`,
      );
    }
    this.connectorIds.add(connectorId);
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
  addToAdministration(connector: ConnectorResources, scepUrl: string): void {
    this.adminApi.addConnector(connector, scepUrl);
    this.dashboard?.addToPanel(connector, scepUrl);
  }

  /** Lets the dispatcher start the attempts of a connector. */
  addToDispatcher(connectorId: string, stateMachine: IStateMachine): void {
    this.dispatcher.addConnector(connectorId, stateMachine);
  }

  /** Shows a connector on the dashboard. */
  addToDashboard(connector: ShownConnector): void {
    this.dashboard?.addConnector(connector);
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
