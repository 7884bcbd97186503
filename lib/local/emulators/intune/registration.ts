/** The application as it is registered in Entra ID. */
import type { JSONWebKeySet } from 'jose';

/** A federated identity credential: whose assertions are taken instead of a secret. */
export interface FederatedCredential {
  readonly issuer: string;
  readonly subject: string;
  /** `api://AzureADTokenExchange`, in the public cloud. */
  readonly audience: string;
  /** The issuer's keys; asked for when an assertion comes. */
  readonly keys: () => Promise<JSONWebKeySet>;
}

/** An app registration with the credentials it has. */
export interface Registration {
  readonly tenantId: string;
  readonly clientId: string;
  readonly clientSecret?: string;
  /** PEM of the uploaded certificate. */
  readonly certificatePem?: string;
  readonly federatedCredential?: FederatedCredential;
}
