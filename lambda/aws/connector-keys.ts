/**
 * The keys of a connector out of Secrets Manager. Each secret is fetched once, as it never changes
 * (lib/cloud says why).
 */
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import {
  type AdminKeys,
  adminKeysOf,
  type IssuanceKeys,
  issuanceKeysOf,
} from '../policy/connector-key.ts';
import { once } from './once.ts';
import { requiredSecretText } from './secrets.ts';

type Client = SecretsManagerClient;

/** A source of the keys that issue, from the ARNs of two secrets. */
export const issuanceKeys = (
  client: Client,
  connectorId: string,
  arns: { readonly lookup: string; readonly issuance: string },
): (() => Promise<IssuanceKeys>) =>
  once(async () => {
    const [lookup, issuance] = await Promise.all([
      requiredSecretText(client, arns.lookup),
      requiredSecretText(client, arns.issuance),
    ]);
    return issuanceKeysOf(connectorId, { lookup, issuance });
  });

/** A source of the keys that administer, from the ARNs of two secrets. */
export const adminKeys = (
  client: Client,
  connectorId: string,
  arns: { readonly lookup: string; readonly admin: string },
): (() => Promise<AdminKeys>) =>
  once(async () => {
    const [lookup, admin] = await Promise.all([
      requiredSecretText(client, arns.lookup),
      requiredSecretText(client, arns.admin),
    ]);
    return adminKeysOf(connectorId, { lookup, admin });
  });
