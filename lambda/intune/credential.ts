/** Three ways to authenticate to Entra ID as the registered application, behind one type. */
import { X509Certificate } from 'node:crypto';
import { importPKCS8 } from 'jose';
import {
  type AuthorizationServer,
  type ClientAuth,
  ClientSecretPost,
  modifyAssertion,
  PrivateKeyJwt,
} from 'oauth4webapi';

/**
 * Fetches the authentication for a token request. It is called for each request, because secrets
 * are rotated.
 */
export type Credential = () => Promise<ClientAuth>;

/**
 * Fetches an assertion of another identity provider for Entra's federated credential. AWS STS
 * provides one (lambda/aws).
 */
export type Assertion = () => Promise<string>;

/** A certificate registered with the application, and its key (PKCS#8), both as PEM. */
export interface ClientCertificate {
  readonly certificatePem: string;
  readonly privateKeyPem: string;
}

/** Authenticates with a client secret. */
export const createSecretCredential =
  (secret: () => Promise<string>): Credential =>
  async () =>
    ClientSecretPost(await secret());

/**
 * Authenticates with a certificate: private_key_jwt as Entra's documentation describes it, with
 * PS256 and the certificate's thumbprints. RSA only, because Entra refuses EC keys.
 */
export const createCertificateCredential =
  (certificate: () => Promise<ClientCertificate>): Credential =>
  async () => {
    const { certificatePem, privateKeyPem } = await certificate();
    const { fingerprint, fingerprint256 } = new X509Certificate(certificatePem);
    const key = await importPKCS8(privateKeyPem, 'PS256');
    // The audience is the token endpoint as the request has it; oauth4webapi's default is the
    // issuer.
    return (as, client, body, headers) =>
      PrivateKeyJwt(key, {
        [modifyAssertion]: (header, payload) => {
          header.typ = 'JWT';
          header.x5t = toBase64Url(fingerprint);
          header['x5t#S256'] = toBase64Url(fingerprint256);
          payload.aud = tokenEndpointOf(as);
        },
      })(as, client, body, headers);
  };

/** Authenticates with an assertion that another identity provider signed, so it needs no secret. */
export const createAssertionCredential =
  (assertion: Assertion): Credential =>
  async () => {
    const signed = await assertion();
    return (_, client, body) => {
      body.set('client_id', client.client_id);
      body.set('client_assertion_type', 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer');
      body.set('client_assertion', signed);
    };
  };

const toBase64Url = (fingerprint: string): string =>
  Buffer.from(fingerprint.replaceAll(':', ''), 'hex').toString('base64url');

const tokenEndpointOf = ({ token_endpoint }: AuthorizationServer): string => token_endpoint ?? '';
