/**
 * The base of both our HTTP APIs: served from the root path, throttled, with a log that contains no
 * secret.
 */
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  type CfnStage,
  HttpApi,
  type HttpApiProps,
  type HttpMethod,
  HttpRoute,
  type HttpRouteIntegration,
  HttpRouteKey,
  HttpStage,
  LogGroupLogDestination,
  type ThrottleSettings,
} from 'aws-cdk-lib/aws-apigatewayv2';
import type { Construct } from 'constructs';
import { createVendedLogGroup } from './log-group.ts';

/**
 * The access log's fields. They include the route, but neither path nor query. A GET carries its
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

/** A route that is throttled apart from the stage. */
export interface ThrottledRoute {
  readonly method: HttpMethod;
  readonly path: string;
  readonly integration: HttpRouteIntegration;
  readonly throttle: Required<ThrottleSettings>;
}

export interface LoggedHttpApiProps
  extends Pick<HttpApiProps, 'apiName' | 'description' | 'defaultAuthorizer'> {
  readonly throttle: Required<ThrottleSettings>;
}

/**
 * An API with the one stage `$default`, because any other stage's name would appear in every path.
 */
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
        destination: new LogGroupLogDestination(createVendedLogGroup(this, 'apigateway')),
        format: AccessLogFormat.custom(JSON.stringify(accessLog)),
      },
    });
  }

  /** Adds a route, in the stack of its scope, with a throttle of its own. */
  addThrottledRoute(scope: Construct, { method, path, integration, throttle }: ThrottledRoute) {
    const routeKey = HttpRouteKey.with(path, method);
    const route = new HttpRoute(scope, `${method} ${path}`.replaceAll('/', '_'), {
      httpApi: this,
      routeKey,
      integration,
    });
    const stage = this.stage.node.defaultChild as CfnStage;
    stage.addPropertyOverride(`RouteSettings.${routeKey.key.replaceAll('.', '\\.')}`, {
      ThrottlingRateLimit: throttle.rateLimit,
      ThrottlingBurstLimit: throttle.burstLimit,
    });
    // API Gateway refuses a stage that names a missing route.
    stage.node.addDependency(route);
    return route;
  }
}
