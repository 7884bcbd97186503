/**
 * The connection details that are printed at start and written to run.json: the connector's URL,
 * the fingerprint of its CA, and a challenge.
 */
import { createHash, X509Certificate } from 'node:crypto';
import { environment } from '../../lambda/config/environment.ts';
import type { ConnectorSettings } from '../../lambda/config/settings.ts';
import { parseRaIdentity } from '../../lambda/message/ra-identity.ts';
import type { DeclaredConnector } from '../../lambda/ports/connector-directory.ts';
import type { LocalStack } from './stack.ts';
import { readStoredJson, writeStoredJson } from './stored-json.ts';
import { pseudoParameters } from './template/template.ts';

/** The content of `run.json`, which tools rely on. */
export interface RunInfo {
  readonly scepUrl: string;
  readonly adminUrl: string;
  /** The console in a browser; omitted if the app has no dashboard. */
  readonly consoleUrl?: string;
  readonly connectorId: string;
  readonly challengePassword: string;
  /** SHA-256 of the CA certificate in DER, in lower-case hexadecimal. */
  readonly caFingerprintSha256: string;
  /**
   * The same for the RA certificate, which some clients require instead. Each rotation changes it.
   * Omitted if the first rotation failed.
   */
  readonly raFingerprintSha256?: string;
  /** The connector for Intune and its emulated tenant, if there is one. */
  readonly intune?: IntuneRunInfo;
  /** The emulators' addresses for the AWS CLI and SDKs: `AWS_ENDPOINT_URL_*` by name. */
  readonly awsEndpoints: Readonly<Record<string, string>>;
}

/** Connection details for a device of the emulated tenant. */
interface IntuneRunInfo {
  readonly scepUrl: string;
  readonly connectorId: string;
  readonly controlUrl: string;
}

/** Lists the connectors in the directory that the stack's admin function reads. */
const listConnectors = ({
  functionEnvironments,
  parameters,
}: LocalStack): readonly DeclaredConnector[] => {
  const paths = Object.values(functionEnvironments).flatMap(
    (variables) => variables[environment.connectorDirectory] ?? [],
  );
  return Object.entries(parameters)
    .filter(([name]) => paths.some((path) => name.startsWith(`${path}/`)))
    .map(([, value]) => JSON.parse(value) as DeclaredConnector);
};

/**
 * Collects the details of the stack's first connector. At the first start the admin API creates a
 * challenge, which is kept in `challengePath`. Throws if the app has no connector or the admin API
 * creates no challenge.
 */
export const prepareRunInfo = async (
  stack: LocalStack,
  challengePath: string,
): Promise<RunInfo> => {
  const [connector] = listConnectors(stack);
  if (!connector) throw new Error('the app has no connector');
  const { connectorId, scepUrl, certificateAuthorityArn } = connector;
  const adminUrl = findOutputBySuffix(stack, 'AdminUrl') ?? stack.adminUrl;
  const kept = readStoredJson<{ readonly password: string }>(challengePath);
  const challengePassword = kept?.password ?? (await createChallenge(adminUrl, connectorId));
  if (!kept) writeStoredJson(challengePath, { password: challengePassword });
  const certificate = new X509Certificate(stack.authorityCertificate(certificateAuthorityArn));
  const raFingerprintSha256 = await readRaFingerprint(stack, connectorId);
  const { awsEndpoints, consoleUrl } = stack;
  const intune = findIntuneRunInfo(stack);
  return {
    scepUrl,
    adminUrl,
    ...(consoleUrl !== undefined && { consoleUrl }),
    connectorId,
    challengePassword,
    caFingerprintSha256: hashSha256(certificate.raw),
    ...(raFingerprintSha256 !== undefined && { raFingerprintSha256 }),
    awsEndpoints,
    ...(intune && { intune }),
  };
};

const hashSha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/**
 * Reads the RA certificate from the secret of the connector's scep function. Returns undefined
 * without one.
 */
const readRaFingerprint = async (
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
  return identity && hashSha256(identity.certificate.der);
};

/** Finds the first connector whose settings contain an Intune tenant. */
const findIntuneRunInfo = (stack: LocalStack): IntuneRunInfo | undefined => {
  const { intuneControlUrl: controlUrl, functionEnvironments } = stack;
  const ids = Object.values(functionEnvironments)
    .filter((variables) => settingsOf(variables).intune !== undefined)
    .map((variables) => variables[environment.connectorId]);
  const connector = listConnectors(stack).find(({ connectorId }) => ids.includes(connectorId));
  if (controlUrl === undefined || connector === undefined) return undefined;
  const { scepUrl, connectorId } = connector;
  return { scepUrl, connectorId, controlUrl };
};

const settingsOf = (variables: Readonly<Record<string, string>>): Partial<ConnectorSettings> =>
  JSON.parse(variables[environment.connectorSettings] ?? '{}');

const findOutputBySuffix = ({ outputs }: LocalStack, suffix: string): string | undefined =>
  Object.entries(outputs).find(([id]) => id.endsWith(suffix))?.[1];

/** Creates a static challenge without a limit of uses and without expiry. */
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
      `the admin API created no challenge: HTTP ${response.status}; see the log of its function in the state directory`,
    );
  }
  const { Challenge } = (await response.json()) as {
    readonly Challenge: { readonly Password: string };
  };
  return Challenge.Password;
};
