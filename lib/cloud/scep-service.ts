import { CfnOutput, RemovalPolicy, Stack } from 'aws-cdk-lib';
import type { ThrottleSettings } from 'aws-cdk-lib/aws-apigatewayv2';
import { Construct } from 'constructs';
import { AdminApi } from './admin-api.ts';
import type { Connector } from './connector.ts';
import { ScepDashboard, type ShownConnector } from './dashboard.ts';
import { DeclarationError } from './declaration-error.ts';
import { LoggedHttpApi } from './http-api.ts';
import { Ledger } from './tables.ts';

export interface ScepServiceProps {
  /** What becomes of the ledger and of the keys it is sealed with when the stack is deleted. Default: RETAIN. */
  readonly removalPolicy?: RemovalPolicy;
  /**
   * Requests a second that the device API lets in, all connectors together. Default: 500, with bursts of 1,000:
   * 10,000 devices that poll three times a minute.
   */
  readonly throttle?: Required<ThrottleSettings>;
  /**
   * Whether each function gets a share of the account's concurrency that it cannot exceed. Default: true. It takes 238 a
   * connector, and 314 an Intune one, of what the account has, which is 1,000, but 10 in a new one: there say false, or ask AWS for more. A
   * connector with a smaller share of the CA's rate (`certificatesPerSecond`) takes less.
   */
  readonly boundsConcurrency?: boolean;
  /**
   * Whether there is a CloudWatch dashboard with graphs and the console panel. Default: true. Without it there is no panel
   * function and there are no metrics but the alarms'.
   */
  readonly hasDashboard?: boolean;
}

/**
 * The admin function knows its connectors by its environment, of which Lambda allows 4,096 bytes: eight of the longest ids and
 * ARNs take 3,500, the rest of its settings 300.
 */
const mostConnectors = 8;

/**
 * What the connectors of one stack share: the device API, the admin API and the ledger. Refuses connectors of
 * another stack, two of one id, two that own the root path, and more than eight.
 */
export class ScepService extends Construct {
  readonly deviceApi: LoggedHttpApi;
  readonly ledger: Ledger;
  readonly removalPolicy: RemovalPolicy;
  readonly isBounded: boolean;
  private readonly adminApi: AdminApi;
  private readonly dashboard: ScepDashboard | undefined;
  private readonly connectorIds = new Set<string>();
  private rootPathOwner: string | undefined;

  constructor(scope: Construct, id: string, props: ScepServiceProps = {}) {
    super(scope, id);
    this.removalPolicy = props.removalPolicy ?? RemovalPolicy.RETAIN;
    this.isBounded = props.boundsConcurrency ?? true;
    this.ledger = new Ledger(this, 'Ledger', { removalPolicy: this.removalPolicy });
    this.deviceApi = new LoggedHttpApi(this, 'DeviceApi', {
      apiName: `${Stack.of(this).stackName}-devices`,
      description: 'SCEP, for devices',
      throttle: props.throttle ?? { rateLimit: 500, burstLimit: 1_000 },
    });
    this.adminApi = new AdminApi(this, 'AdminApi', {
      ledger: this.ledger,
      isBounded: this.isBounded,
    });
    new CfnOutput(Stack.of(this), 'AdminUrl', { value: this.adminApi.url });
    if (props.hasDashboard ?? true)
      this.dashboard = new ScepDashboard(this, 'Dashboard', {
        ledger: this.ledger,
        isBounded: this.isBounded,
      });
  }

  /** Takes a connector in, before anything is made of it. Refuses one that could not work beside the others. */
  admit(connector: Construct, connectorId: string, ownsRootPath: boolean): void {
    if (Stack.of(connector) !== Stack.of(this)) {
      throw new DeclarationError(
        'otherStack',
        `Connector "${connectorId}" is in another stack than its ScepService. Put both into one: each names ` +
          'resources of the other.',
      );
    }
    if (this.connectorIds.has(connectorId)) {
      throw new DeclarationError(
        'duplicateConnectorId',
        `There is a connector "${connectorId}" already. Give this one another connectorId.`,
      );
    }
    if (this.connectorIds.size === mostConnectors) {
      throw new DeclarationError(
        'tooManyConnectors',
        `A ScepService holds ${mostConnectors} connectors. Make another ScepService, in a stack of its own, ` +
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

  /** Lets the admin API and the console panel make challenges for a connector. */
  administer(connector: Connector, scepUrl: string): void {
    this.adminApi.administer(connector, scepUrl);
    this.dashboard?.administer(connector, scepUrl);
  }

  /** Shows a connector on the dashboard. */
  show(connector: ShownConnector): void {
    this.dashboard?.show(connector);
  }
}
