/**
 * An HTTP API as both of ours are: served from its root, throttled, with a log that holds no
 * secret.
 */
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  type CfnStage,
  HttpApi,
  type HttpApiProps,
  type HttpRoute,
  HttpStage,
  LogGroupLogDestination,
  type ThrottleSettings,
} from 'aws-cdk-lib/aws-apigatewayv2';
import type { Construct } from 'constructs';
import { vendedLogGroup } from './log-group.ts';

/**
 * The fields of the access log. It has the route and neither path nor query: a GET carries its
 * whole message in the query, and some clients put it into the path.
 */
const accessLog = {
  requestId: '$context.requestId',
  time: '$context.requestTime',
  ip: '$context.identity.sourceIp',
  userAgent: '$context.identity.userAgent',
  caller: '$context.identity.userArn', // the IAM principal, on the admin API
  route: '$context.routeKey',
  method: '$context.httpMethod',
  status: '$context.status',
  responseBytes: '$context.responseLength',
  responseMilliseconds: '$context.responseLatency',
  integrationError: '$context.integrationErrorMessage',
};

export interface LoggedHttpApiProps
  extends Pick<HttpApiProps, 'apiName' | 'description' | 'defaultAuthorizer'> {
  readonly throttle: Required<ThrottleSettings>;
}

/** An API whose one stage is `$default`: a stage of any other name would show in every path. */
export class LoggedHttpApi extends HttpApi {
  private readonly stage: HttpStage;

  constructor(scope: Construct, id: string, { throttle, ...props }: LoggedHttpApiProps) {
    super(scope, id, { ...props, createDefaultStage: false });
    this.stage = new HttpStage(this, 'Stage', {
      httpApi: this,
      stageName: '$default',
      autoDeploy: true,
      throttle,
      accessLogSettings: {
        destination: new LogGroupLogDestination(vendedLogGroup(this, 'apigateway')),
        format: AccessLogFormat.custom(JSON.stringify(accessLog)),
      },
    });
  }

  /** A throttle of its own for one route, instead of the stage's. */
  throttleRoute(
    route: HttpRoute,
    routeKey: string,
    { rateLimit, burstLimit }: Required<ThrottleSettings>,
  ): void {
    const limits = { ThrottlingRateLimit: rateLimit, ThrottlingBurstLimit: burstLimit };
    const stage = this.stage.node.defaultChild as CfnStage;
    stage.addPropertyOverride(`RouteSettings.${routeKey.replaceAll('.', '\\.')}`, limits);
    // A stage that names a route which is not there yet is refused.
    stage.node.addDependency(route);
  }
}
