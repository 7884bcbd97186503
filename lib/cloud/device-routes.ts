import { Validations } from 'aws-cdk-lib';
import { HttpMethod, type ThrottleSettings } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { LoggedHttpApi } from './http-api.ts';

/**
 * The path for clients that can configure only a host: Cisco's default, which draft-nourse-scep
 * names for every client.
 */
const rootPath = '/cgi-bin/pkiclient.exe';

/**
 * Requests per second that each path of a connector admits; API Gateway answers the rest with 429.
 * POST is limited apart from all other methods. So a storm of enrolments and polls does not block
 * GetCACaps and GetCACert.
 */
export interface DeviceThrottle {
  readonly post: Required<ThrottleSettings>;
  /** GET, and the methods that the function refuses. */
  readonly get: Required<ThrottleSettings>;
}

export interface DeviceRoutes {
  readonly connectorId: string;
  readonly ownsRootPath: boolean;
  readonly throttle: DeviceThrottle;
}

/**
 * Adds the routes of one connector. They match any method, because the function answers wrong ones
 * as SCEP requires. They match any path below the id, because clients append `pkiclient.exe` and
 * other names.
 */
export function addDeviceRoutes(
  api: LoggedHttpApi,
  scep: IFunction,
  { connectorId, ownsRootPath, throttle }: DeviceRoutes,
): void {
  const path = `/scep/${connectorId}`;
  const paths = [path, `${path}/{proxy+}`, ...(ownsRootPath ? [rootPath] : [])];
  // One permission for the API instead of one per route.
  const integration = new HttpLambdaIntegration(connectorId, scep, {
    scopePermissionToRoute: false,
  });
  const methods = [
    [HttpMethod.ANY, throttle.get],
    [HttpMethod.POST, throttle.post],
  ] as const;
  for (const each of paths)
    for (const [method, limits] of methods)
      for (const route of api.addRoutes({ path: each, methods: [method], integration })) {
        api.throttleRoute(route, `${method} ${each}`, limits);
        Validations.of(route).acknowledge({
          id: 'AwsSolutions-APIG4',
          reason: 'A SCEP message carries its own authorisation: a challenge or a certificate.',
        });
      }
}
