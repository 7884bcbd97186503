import { Validations } from 'aws-cdk-lib';
import { type HttpApi, HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';

/** Where clients go that know a host and nothing else: Cisco's default path, which draft-nourse gave to all. */
const rootPath = '/cgi-bin/pkiclient.exe';

/**
 * The routes of one connector. Any method, because the function answers the wrong ones in SCEP's way; anything
 * below the id, because clients append `pkiclient.exe` and the like.
 */
export function addDeviceRoutes(
  api: HttpApi,
  scep: IFunction,
  connector: { readonly connectorId: string; readonly ownsRootPath: boolean },
): void {
  const path = `/scep/${connector.connectorId}`;
  const paths = [path, `${path}/{proxy+}`, ...(connector.ownsRootPath ? [rootPath] : [])];
  const integration = new HttpLambdaIntegration(connector.connectorId, scep);
  for (const each of paths) {
    for (const route of api.addRoutes({ path: each, methods: [HttpMethod.ANY], integration })) {
      Validations.of(route).acknowledge({
        id: 'AwsSolutions-APIG4',
        reason:
          'A SCEP client authorises itself inside its message, by a challenge or a certificate.',
      });
    }
  }
}
