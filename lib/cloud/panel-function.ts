/**
 * The function of the dashboard's custom widget. A principal with permission to invoke it
 * administers every connector of its service.
 */
import { Names } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { AdministeredConnector } from '../../lambda/admin/administered-connector.ts';
import {
  buildAdministrationEnvironment,
  grantAdministration,
  grantAdminKeys,
  toAdministeredConnector,
} from './administration.ts';
import type { ConnectorResources } from './connector.ts';
import { createHandlerFunction } from './handler-function.ts';
import type { ServiceTables } from './tables.ts';

/**
 * CloudWatch's documentation requires this prefix, so that a policy can name the functions of
 * widgets.
 */
const prefix = 'customWidget-';
const maxNameLength = 64;

/**
 * The console panel's function. Only a principal with `lambda:InvokeFunction` may invoke it. The
 * browser calls it with the signed-in user's permissions, so no service has a permission on it.
 */
export class PanelFunction extends Construct {
  readonly function: IFunction;
  private readonly connectors: AdministeredConnector[] = [];

  constructor(scope: Construct, id: string, tables: ServiceTables) {
    super(scope, id);
    const maxLength = maxNameLength - prefix.length;
    this.function = createHandlerFunction(this, 'panel', {
      functionName: prefix + Names.uniqueResourceName(this, { maxLength, separator: '-' }),
      description: 'Draws the SCEP panel of the CloudWatch dashboard',
      environment: buildAdministrationEnvironment(this, tables, this.connectors),
    });
    grantAdministration(this.function, tables);
  }

  /** Lets the panel administer a connector, and read its admin keys for that. */
  addConnector(connector: ConnectorResources, scepUrl: string): void {
    this.connectors.push(toAdministeredConnector(connector, scepUrl));
    grantAdminKeys(this.function, connector);
  }
}
