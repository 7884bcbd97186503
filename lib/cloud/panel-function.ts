/** The function behind the dashboard's custom widget. Who may invoke it administers every connector of its service. */
import { Names } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { AdministeredConnector } from '../../lambda/admin/connectors.ts';
import { administered, administrationEnvironment, mayAdminister } from './administration.ts';
import type { Connector } from './connector.ts';
import { mayRead } from './connector-key.ts';
import { handlerFunction } from './handler-function.ts';
import type { Ledger } from './tables.ts';

/** CloudWatch's documentation asks for it: a policy that lets people use widgets can then name them. */
const prefix = 'customWidget-';
const longestName = 64;

export interface PanelFunctionProps {
  readonly ledger: Ledger;
  readonly isBounded: boolean;
}

/**
 * The console panel's function. Nothing may invoke it but who has `lambda:InvokeFunction` on it: the browser of the signed-in
 * user calls it with that user's rights, so it has no permission for any service.
 */
export class PanelFunction extends Construct {
  readonly function: IFunction;
  private readonly connectors: AdministeredConnector[] = [];

  constructor(scope: Construct, id: string, { ledger, isBounded }: PanelFunctionProps) {
    super(scope, id);
    const maxLength = longestName - prefix.length;
    this.function = handlerFunction(this, 'panel', {
      isBounded,
      functionName: prefix + Names.uniqueResourceName(this, { maxLength, separator: '-' }),
      description: 'Draws the SCEP panel of the CloudWatch dashboard',
      environment: administrationEnvironment(this, ledger, this.connectors),
      may: mayAdminister(ledger),
    });
  }

  /** Lets the panel administer a connector, which takes reading the key its challenges are sealed with. */
  administer(connector: Connector, scepUrl: string): void {
    this.connectors.push(administered(connector, scepUrl));
    this.function.addToRolePolicy(mayRead(connector.key));
  }
}
