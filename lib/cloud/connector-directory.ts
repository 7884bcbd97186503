/**
 * The connectors of a service in Parameter Store, for the functions that serve all of them
 * (lambda/aws/ssm-connector-directory.ts).
 */
import { ArnFormat, Names, Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import type { DeclaredConnector } from '../../lambda/ports/connector-directory.ts';

/**
 * The path of a service's parameters. A parameter holds no state: the template is its only source,
 * so a renamed service may replace it.
 */
export class ConnectorDirectory extends Construct {
  readonly path: string;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.path = `/scep-connector/${Names.uniqueResourceName(this, { separator: '-', maxLength: 200 })}`;
  }

  /** Adds a connector, in the scope of its other resources. */
  add(scope: Construct, connector: DeclaredConnector): void {
    new StringParameter(scope, 'Directory', {
      parameterName: `${this.path}/${connector.connectorId}`,
      description: `The SCEP connector "${connector.connectorId}", for the functions of its service`,
      stringValue: Stack.of(scope).toJsonString(connector),
      simpleName: false,
    });
  }

  /** Lets a function list the connectors. IAM compares the path of the request. */
  grantRead(reader: LambdaFunction): void {
    const path = Stack.of(this).formatArn({
      service: 'ssm',
      resource: 'parameter',
      resourceName: this.path.slice(1),
      arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
    });
    reader.addToRolePolicy(
      new PolicyStatement({ actions: ['ssm:GetParametersByPath'], resources: [path] }),
    );
  }
}
