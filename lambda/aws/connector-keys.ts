import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { type ConnectorKeys, connectorKeysOf } from '../policy/connector-key.ts';
import { once } from './once.ts';
import { requiredSecretText } from './secrets.ts';

/** A source of a connector's keys: its secret is fetched once, as it never changes (lib/cloud says why). */
export const connectorKeys = (
  client: SecretsManagerClient,
  secretArn: string,
  connectorId: string,
): (() => Promise<ConnectorKeys>) =>
  once(async () => connectorKeysOf(connectorId, await requiredSecretText(client, secretArn)));
