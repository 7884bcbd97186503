/** The application's registration in Entra ID. */
import type { JSONWebKeySet } from 'jose';

/** A federated identity credential: an issuer whose assertions replace a secret. */
export interface FederatedCredential {
  readonly issuer: string;
  readonly subject: string;
  /** `api://AzureADTokenExchange`, in the public cloud. */
  readonly audience: string;
  /** The issuer's keys, fetched for each assertion. */
  readonly keys: () => Promise<JSONWebKeySet>;
}

/** An app registration with its credentials. */
export interface Registration {
  readonly tenantId: string;
  readonly clientId: string;
  readonly clientSecret?: string;
  /** PEM of the uploaded certificate. */
  readonly certificatePem?: string;
  readonly federatedCredential?: FederatedCredential;
}
