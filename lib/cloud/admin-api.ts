/** The admin API: an HTTP API for principals of the account, and its one function. */
import { Stack } from 'aws-cdk-lib';
import { HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { operations, routePathOf } from '../../lambda/admin/api/operations.ts';
import {
  buildAdministrationEnvironment,
  grantAdministration,
  grantAdminKeys,
} from './administration.ts';
import type { ConnectorResources } from './connector.ts';
import type { ConnectorDirectory } from './connector-directory.ts';
import { createHandlerFunction } from './handler-function.ts';
import { LoggedHttpApi } from './http-api.ts';
import type { ServiceTables } from './tables.ts';

/**
 * A service's admin API. Callers need `execute-api:Invoke` on it and sign with Signature Version 4.
 */
export class AdminApi extends Construct {
  readonly url: string;
  private readonly api: LoggedHttpApi;
  private readonly admin: LambdaFunction;

  constructor(
    scope: Construct,
    id: string,
    {
      tables,
      directory,
    }: { readonly tables: ServiceTables; readonly directory: ConnectorDirectory },
  ) {
    super(scope, id);
    this.admin = createHandlerFunction(this, 'admin', {
      description: 'Administers the challenges of the SCEP connectors of this service',
      environment: {
        connectorDirectory: directory.path,
        ...buildAdministrationEnvironment(tables),
      },
    });
    directory.grantRead(this.admin);
    grantAdministration(this.admin, tables);
    const api = new LoggedHttpApi(this, 'Api', {
      apiName: `${Stack.of(this).stackName}-admin`,
      description: 'SCEP administration, for IAM principals',
      defaultAuthorizer: new HttpIamAuthorizer(),
      throttle: { rateLimit: 50, burstLimit: 100 },
    });
    const integration = new HttpLambdaIntegration('admin', this.admin, {
      // One permission for the API instead of one per route.
      scopePermissionToRoute: false,
    });
    // One route per operation, so that a policy can name each. Few callers need GET
    // /challengePasswords/*.
    for (const operation of Object.values(operations))
      api.addRoutes({
        path: routePathOf(operation),
        methods: [HttpMethod[operation.method]],
        integration,
      });
    this.url = api.apiEndpoint;
    this.api = api;
  }

  /** Lets a principal call every operation. */
  grantInvoke(grantee: IGrantable): Grant {
    return Grant.addToPrincipal({
      grantee,
      actions: ['execute-api:Invoke'],
      resourceArns: [this.api.arnForExecuteApi()],
    });
  }

  /** Lets this API administer a connector, and read its admin keys for that. */
  addConnector(connector: Pick<ConnectorResources, 'secrets'>): void {
    grantAdminKeys(this.admin, connector);
  }
}
