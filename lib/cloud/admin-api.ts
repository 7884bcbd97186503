/** Where challenges are made: an HTTP API for principals of the account, and the one function behind it. */
import { Lazy, Stack } from 'aws-cdk-lib';
import { HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { AdministeredConnector } from '../../lambda/admin/connectors.ts';
import type { Connector } from './connector.ts';
import { mayRead } from './connector-key.ts';
import { handlerFunction } from './handler-function.ts';
import { LoggedHttpApi } from './http-api.ts';
import { type Ledger, mayUseAllItems } from './tables.ts';

/** Every route; what AWS's own connector for SCEP has under the same path. */
const routes = [{ method: HttpMethod.POST, path: '/challenges' }] as const;

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
      description: 'Makes challenges for the SCEP connectors of this service',
      environment: {
        connectors: Lazy.string({ produce: () => Stack.of(this).toJsonString(this.connectors) }),
        challengesTable: props.ledger.challenges.tableName,
      },
      may: [mayUseAllItems(props.ledger.challenges, 'GetItem', 'PutItem')],
    });
    const api = new LoggedHttpApi(this, 'Api', {
      apiName: `${Stack.of(this).stackName}-admin`,
      description: 'SCEP administration, for IAM principals',
      defaultAuthorizer: new HttpIamAuthorizer(),
      throttle: { rateLimit: 50, burstLimit: 100 },
    });
    const integration = new HttpLambdaIntegration('admin', this.admin);
    for (const { method, path } of routes) api.addRoutes({ path, methods: [method], integration });
    this.url = api.apiEndpoint;
  }

  /** Lets this API make challenges for a connector, which takes reading the key they are sealed with. */
  administer({ connectorId, key, certificateAuthority }: Connector, scepUrl: string): void {
    this.connectors.push({
      connectorId,
      connectorKeySecret: key.secretArn,
      certificateAuthorityArn: certificateAuthority.certificateAuthorityArn,
      scepUrl,
    });
    this.admin.addToRolePolicy(mayRead(key));
  }
}
