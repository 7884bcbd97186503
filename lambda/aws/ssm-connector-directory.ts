/**
 * The connectors of a service in Parameter Store, one parameter per connector. Lambda's 4,096 bytes
 * of environment hold six connectors, and a path of parameters holds any number.
 */
import { GetParametersByPathCommand, type SSMClient } from '@aws-sdk/client-ssm';
import { cacheFor } from '../core/cached.ts';
import { Fault } from '../core/errors.ts';
import type { ConnectorDirectory, DeclaredConnector } from '../ports/connector-directory.ts';

/** How long a function uses what it read. A deployment changes the parameters. */
const cacheSeconds = 60;

/** Ten parameters a page (Parameter Store's limit): 1,000 connectors. */
const maxPages = 100;

/** Reads all parameters below `path`; a failure is not cached. */
export function createSsmConnectorDirectory(
  client: Pick<SSMClient, 'send'>,
  path: string,
  nowSeconds: () => number,
): ConnectorDirectory {
  return cacheFor(cacheSeconds, nowSeconds, async () => {
    const connectors: DeclaredConnector[] = [];
    let token: string | undefined;
    for (let page = 0; page < maxPages; page += 1) {
      const { Parameters = [], NextToken } = await client.send(
        new GetParametersByPathCommand({ Path: path, NextToken: token }),
      );
      connectors.push(...Parameters.map(({ Value }) => readConnector(Value)));
      token = NextToken;
      if (token === undefined) return connectors.toSorted(byId);
    }
    throw new Fault('ConnectorDirectoryTooLong');
  });
}

const byId = (one: DeclaredConnector, other: DeclaredConnector): number =>
  one.connectorId < other.connectorId ? -1 : 1;

/** The construct writes the value; anything else there is an outage, never a guess. */
function readConnector(value: string | undefined): DeclaredConnector {
  const connector = parse(value ?? '');
  const isComplete = members.every((name) => typeof connector[name] === 'string');
  if (!isComplete) throw new Fault('ConnectorUnreadable');
  return connector as unknown as DeclaredConnector;
}

const members = [
  'connectorId',
  'lookupSecret',
  'adminSecret',
  'certificateAuthorityArn',
  'scepUrl',
  'stateMachineArn',
] as const;

function parse(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  } catch {
    // Falls through: a text that is not JSON and JSON that is not an object are refused alike.
  }
  throw new Fault('ConnectorUnreadable');
}
