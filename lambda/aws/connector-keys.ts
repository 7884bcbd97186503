/**
 * The keys of a connector, from Secrets Manager. Each secret is fetched once, because it never
 * changes (lib/cloud/connector-secrets.ts).
 */
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { createLazy } from '../core/lazy.ts';
import {
  type AdminKeys,
  deriveAdminKeys,
  deriveIssuanceKeys,
  type IssuanceKeys,
} from '../policy/connector-key.ts';
import { requireSecretText } from './secrets.ts';

type Client = SecretsManagerClient;

/** Creates a source of the keys for issuing, from the ARNs of two secrets. */
export const createIssuanceKeySource = (
  client: Client,
  connectorId: string,
  arns: { readonly lookup: string; readonly issuance: string },
): (() => Promise<IssuanceKeys>) =>
  createLazy(async () => {
    const [lookup, issuance] = await Promise.all([
      requireSecretText(client, arns.lookup),
      requireSecretText(client, arns.issuance),
    ]);
    return deriveIssuanceKeys(connectorId, { lookup, issuance });
  });

/** Creates a source of the keys for administering, from the ARNs of two secrets. */
export const createAdminKeySource = (
  client: Client,
  connectorId: string,
  arns: { readonly lookup: string; readonly admin: string },
): (() => Promise<AdminKeys>) =>
  createLazy(async () => {
    const [lookup, admin] = await Promise.all([
      requireSecretText(client, arns.lookup),
      requireSecretText(client, arns.admin),
    ]);
    return deriveAdminKeys(connectorId, { lookup, admin });
  });
