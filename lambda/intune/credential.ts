/** How we prove to Entra ID that we are the registered application: three ways, one type. */
import { X509Certificate } from 'node:crypto';
import { importPKCS8 } from 'jose';
import {
  type AuthorizationServer,
  type ClientAuth,
  ClientSecretPost,
  modifyAssertion,
  PrivateKeyJwt,
} from 'oauth4webapi';

/** Gives what a token request is authenticated with; asked each time, as secrets are rotated. */
export type Credential = () => Promise<ClientAuth>;

/**
 * An assertion of another identity provider, for Entra's federated credential. AWS STS gives one
 * (lambda/aws).
 */
export type Assertion = () => Promise<string>;

/** A certificate registered with the application, and its key (PKCS#8). Both PEM. */
export interface ClientCertificate {
  readonly certificatePem: string;
  readonly privateKeyPem: string;
}

/** A client secret. */
export const bySecret =
  (secret: () => Promise<string>): Credential =>
  async () =>
    ClientSecretPost(await secret());

/**
 * A certificate: private_key_jwt as Entra's documents describe it, PS256 with the certificate named
 * by its thumbprints. RSA only; an EC key is refused by Entra.
 */
export const byCertificate =
  (certificate: () => Promise<ClientCertificate>): Credential =>
  async () => {
    const { certificatePem, privateKeyPem } = await certificate();
    const { fingerprint, fingerprint256 } = new X509Certificate(certificatePem);
    const key = await importPKCS8(privateKeyPem, 'PS256');
    // The audience is the token endpoint, as it stands in the request: oauth4webapi's own is the
    // issuer.
    return (as, client, body, headers) =>
      PrivateKeyJwt(key, {
        [modifyAssertion]: (header, payload) => {
          header.typ = 'JWT';
          header.x5t = base64url(fingerprint);
          header['x5t#S256'] = base64url(fingerprint256);
          payload.aud = tokenEndpointOf(as);
        },
      })(as, client, body, headers);
  };

/** An assertion that another identity provider signed: no secret of ours anywhere. */
export const byAssertion =
  (assertion: Assertion): Credential =>
  async () => {
    const signed = await assertion();
    return (_, client, body) => {
      body.set('client_id', client.client_id);
      body.set('client_assertion_type', 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer');
      body.set('client_assertion', signed);
    };
  };

const base64url = (fingerprint: string): string =>
  Buffer.from(fingerprint.replaceAll(':', ''), 'hex').toString('base64url');

const tokenEndpointOf = ({ token_endpoint }: AuthorizationServer): string => token_endpoint ?? '';
