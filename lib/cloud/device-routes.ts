import { Validations } from 'aws-cdk-lib';
import { HttpMethod, type ThrottleSettings } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
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
  scope: Construct,
  api: LoggedHttpApi,
  scep: IFunction,
  { connectorId, ownsRootPath, throttle }: DeviceRoutes,
): void {
  // One permission for the API instead of one per route.
  const integration = new HttpLambdaIntegration(connectorId, scep, {
    scopePermissionToRoute: false,
  });
  const methods = [
    [HttpMethod.ANY, throttle.get],
    [HttpMethod.POST, throttle.post],
  ] as const;
  for (const path of devicePaths(connectorId, ownsRootPath))
    for (const [method, limits] of methods)
      Validations.of(
        api.addThrottledRoute(scope, { method, path, integration, throttle: limits }),
      ).acknowledge({
        id: 'AwsSolutions-APIG4',
        reason: 'A SCEP message carries its own authorisation: a challenge or a certificate.',
      });
}

const devicePaths = (connectorId: string, ownsRootPath: boolean): readonly string[] => [
  `/scep/${connectorId}`,
  `/scep/${connectorId}/{proxy+}`,
  ...(ownsRootPath ? [rootPath] : []),
];

/** How many routes a connector's paths take. */
export const countDeviceRoutes = (connectorId: string, ownsRootPath: boolean): number =>
  2 * devicePaths(connectorId, ownsRootPath).length;
