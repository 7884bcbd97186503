/** Where challenges are administered: an HTTP API for principals of the account, and the one function behind it. */
import { Stack } from 'aws-cdk-lib';
import { HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { AdministeredConnector } from '../../lambda/admin/connectors.ts';
import { operations, routePathOf } from '../../lambda/admin/operations.ts';
import { administered, administrationEnvironment, mayAdminister } from './administration.ts';
import type { Connector } from './connector.ts';
import { mayRead } from './connector-key.ts';
import { handlerFunction } from './handler-function.ts';
import { LoggedHttpApi } from './http-api.ts';
import type { Ledger } from './tables.ts';

export interface AdminApiProps {
  readonly ledger: Ledger;
  readonly isBounded: boolean;
}

/** The admin API of a service. A caller needs `execute-api:Invoke` on it, and signs with Signature Version 4. */
export class AdminApi extends Construct {
  readonly url: string;
  private readonly connectors: AdministeredConnector[] = [];
  private readonly admin: IFunction;

  constructor(scope: Construct, id: string, props: AdminApiProps) {
    super(scope, id);
    this.admin = handlerFunction(this, 'admin', {
      isBounded: props.isBounded,
      description: 'Administers the challenges of the SCEP connectors of this service',
      environment: administrationEnvironment(this, props.ledger, this.connectors),
      may: mayAdminister(props.ledger),
    });
    const api = new LoggedHttpApi(this, 'Api', {
      apiName: `${Stack.of(this).stackName}-admin`,
      description: 'SCEP administration, for IAM principals',
      defaultAuthorizer: new HttpIamAuthorizer(),
      throttle: { rateLimit: 50, burstLimit: 100 },
    });
    const integration = new HttpLambdaIntegration('admin', this.admin);
    // One route an operation, so that a policy may name each: GET /challengePasswords/* is not everybody's.
    for (const operation of Object.values(operations))
      api.addRoutes({
        path: routePathOf(operation),
        methods: [HttpMethod[operation.method]],
        integration,
      });
    this.url = api.apiEndpoint;
  }

  /** Lets this API make challenges for a connector, which takes reading the key they are sealed with. */
  administer(connector: Connector, scepUrl: string): void {
    this.connectors.push(administered(connector, scepUrl));
    this.admin.addToRolePolicy(mayRead(connector.key));
  }
}
