/** What a newcomer needs to enrol: the connector's URL, its CA's fingerprint, and a challenge. */
import { createHash, X509Certificate } from 'node:crypto';
import type { AdministeredConnector } from '../../lambda/admin/administered-connector.ts';
import { environment } from '../../lambda/config/environment.ts';
import type { ConnectorSettings } from '../../lambda/config/settings.ts';
import { parseRaIdentity } from '../../lambda/message/ra-identity.ts';
import type { LocalStack } from './stack.ts';
import { readStoredJson, writeStoredJson } from './stored-json.ts';
import { pseudoParameters } from './template/template.ts';

/** The content of `run.json`, which tools rely on. */
export interface Introduction {
  readonly scepUrl: string;
  readonly adminUrl: string;
  /** The console panel in a browser; absent where the app has no dashboard. */
  readonly consoleUrl?: string;
  readonly connectorId: string;
  readonly challengePassword: string;
  /** Of the CA certificate's DER, in lower-case hexadecimal. */
  readonly caFingerprintSha256: string;
  /**
   * The same of the RA certificate, which some clients ask for instead. Absent where its first
   * rotation failed; each rotation makes another one.
   */
  readonly raFingerprintSha256?: string;
  /** The connector for Intune and where its emulated tenant is controlled, if there is one. */
  readonly intune?: IntuneIntroduction;
  /** Where the AWS CLI and SDKs find the emulators: `AWS_ENDPOINT_URL_*` by name. */
  readonly awsEndpoints: Readonly<Record<string, string>>;
}

/** What a device of the emulated tenant needs. */
interface IntuneIntroduction {
  readonly scepUrl: string;
  readonly connectorId: string;
  readonly controlUrl: string;
}

/** The connectors that the stack's admin function knows. */
const connectorsOf = ({ functionEnvironments }: LocalStack): readonly AdministeredConnector[] =>
  Object.values(functionEnvironments).flatMap((variables) => {
    const json = variables[environment.connectors];
    return json ? (JSON.parse(json) as AdministeredConnector[]) : [];
  });

/**
 * Introduces the stack's first connector. The challenge is made by the admin API at the first start
 * and kept in `challengePath`; refuses an app without a connector, and an admin API that makes no
 * challenge.
 */
export const introduce = async (
  stack: LocalStack,
  challengePath: string,
): Promise<Introduction> => {
  const [connector] = connectorsOf(stack);
  if (!connector) throw new Error('the app has no connector');
  const { connectorId, scepUrl, certificateAuthorityArn } = connector;
  const adminUrl = outputEndingIn(stack, 'AdminUrl') ?? stack.adminUrl;
  const kept = readStoredJson<{ readonly password: string }>(challengePath);
  const challengePassword = kept?.password ?? (await createChallenge(adminUrl, connectorId));
  if (!kept) writeStoredJson(challengePath, { password: challengePassword });
  const certificate = new X509Certificate(stack.authorityCertificate(certificateAuthorityArn));
  const raFingerprintSha256 = await raFingerprintOf(stack, connectorId);
  const { awsEndpoints, consoleUrl } = stack;
  const intune = intuneIntroduction(stack);
  return {
    scepUrl,
    adminUrl,
    ...(consoleUrl !== undefined && { consoleUrl }),
    connectorId,
    challengePassword,
    caFingerprintSha256: sha256Of(certificate.raw),
    ...(raFingerprintSha256 !== undefined && { raFingerprintSha256 }),
    awsEndpoints,
    ...(intune && { intune }),
  };
};

const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** The RA certificate is in the secret that the connector's scep function reads. */
const raFingerprintOf = async (
  { functionEnvironments, secretText }: LocalStack,
  connectorId: string,
): Promise<string | undefined> => {
  const scep = Object.values(functionEnvironments).find(
    (variables) =>
      variables[environment.connectorId] === connectorId &&
      variables[environment.raSecret] !== undefined,
  );
  const raSecret = scep?.[environment.raSecret];
  if (raSecret === undefined) return undefined;
  const identity = parseRaIdentity(await secretText(raSecret));
  return identity && sha256Of(identity.certificate.der);
};

/** The first connector whose settings name a tenant. */
const intuneIntroduction = (stack: LocalStack): IntuneIntroduction | undefined => {
  const { intuneControlUrl: controlUrl, functionEnvironments } = stack;
  const ids = Object.values(functionEnvironments)
    .filter((variables) => settingsOf(variables).intune !== undefined)
    .map((variables) => variables[environment.connectorId]);
  const connector = connectorsOf(stack).find(({ connectorId }) => ids.includes(connectorId));
  if (controlUrl === undefined || connector === undefined) return undefined;
  const { scepUrl, connectorId } = connector;
  return { scepUrl, connectorId, controlUrl };
};

const settingsOf = (variables: Readonly<Record<string, string>>): Partial<ConnectorSettings> =>
  JSON.parse(variables[environment.connectorSettings] ?? '{}');

const outputEndingIn = ({ outputs }: LocalStack, suffix: string): string | undefined =>
  Object.entries(outputs).find(([id]) => id.endsWith(suffix))?.[1];

/** A static challenge: no limit of uses, no expiry. */
const createChallenge = async (adminUrl: string, connectorId: string): Promise<string> => {
  const { 'AWS::Region': region, 'AWS::AccountId': account } = pseudoParameters;
  const response = await fetch(`${adminUrl}/challenges`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      ConnectorArn: `arn:aws:pca-connector-scep:${region}:${account}:connector/${connectorId}`,
      Name: 'npm start',
    }),
  });
  if (response.status !== 202) {
    throw new Error(
      `the admin API made no challenge: HTTP ${response.status}; its function's log is in the state directory`,
    );
  }
  const { Challenge } = (await response.json()) as {
    readonly Challenge: { readonly Password: string };
  };
  return Challenge.Password;
};
