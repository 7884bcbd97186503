/** The connectors of the service, for the functions that serve all of them. */
import { SSMClient } from '@aws-sdk/client-ssm';
import { clientDefaults } from '../aws/client-defaults.ts';
import { createSsmConnectorDirectory } from '../aws/ssm-connector-directory.ts';
import { requireSetting } from '../config/configuration.ts';
import { boundToInvocation } from './invocation.ts';
import { systemClock } from './system.ts';

/** Reads Parameter Store at most once a minute. */
export const listConnectors = createSsmConnectorDirectory(
  boundToInvocation('ssm', new SSMClient(clientDefaults)),
  requireSetting('connectorDirectory'),
  systemClock.nowSeconds,
);
