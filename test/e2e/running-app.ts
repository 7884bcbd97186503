/** The app as it is deployed, on this machine: synthesized, emulated, and spoken to over HTTP. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { environment } from '../../lambda/environment.ts';
import { getCaCert } from '../../lib/client/ca-certificates.ts';
import { type Introduction, introduce } from '../../lib/local/introduction.ts';
import { type LocalStack, startLocalStack } from '../../lib/local/stack.ts';
import { synthesize } from '../../lib/local/synthesize.ts';

const projectDirectory = join(import.meta.dirname, '../..');

/** Starts it, with this context of `-c` and on request with an Intune tenant; `stop` ends it and removes what it wrote. */
export async function runningApp(
  context: Readonly<Record<string, string>> = {},
  { isIntune = false } = {},
) {
  const directory = mkdtempSync(join(tmpdir(), 'scep-e2e-'));
  const stateDirectory = join(directory, 'state');
  const stack = await startLocalStack({
    stateDirectory,
    isIntune,
    assembly: async (own) => {
      const outputDirectory = join(directory, 'assembly');
      await synthesize({ projectDirectory, outputDirectory, context: { ...own, ...context } });
      return outputDirectory;
    },
  });
  const introduction = await introduce(stack, join(directory, 'challenge.json'));
  const { recipient } = await getCaCert({ url: new URL(introduction.scepUrl) });
  /** What the scep function is told under this name. */
  const told = (variable: string): string => {
    const scep = Object.entries(stack.functionEnvironments).find(([id]) => id.includes('Scep'));
    return scep?.[1][variable] ?? '';
  };
  return {
    ...introduction,
    stateDirectory,
    endpoints: stack.awsEndpoints,
    /** Runs the one schedule whose rule's logical id holds this word. */
    fireSchedule: (word: string) =>
      stack.fireSchedule(stack.schedules.find((id) => id.includes(word)) ?? word),
    told,
    ra: { raCertificate: new Uint8Array(recipient.raw) },
    secrets: { client: secretsManager(stack), raSecret: told(environment.raSecret) },
    createChallenge: (terms: object) => createChallenge(introduction, terms),
    post: (message: Uint8Array) => post(introduction.scepUrl, message),
    /** The text of the secret whose name holds this word, as an admin reads it in Secrets Manager. */
    secret: (word: string) => secretOf(join(stateDirectory, 'secrets.json'), word),
    /** The lines of the functions whose names hold this word. */
    log: (word: string) => linesOf(join(stateDirectory, 'logs'), word),
    stop: async () => {
      await stack.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Secrets Manager as an operator's SDK or console speaks to it. */
const secretsManager = ({ awsEndpoints }: LocalStack): SecretsManagerClient =>
  new SecretsManagerClient({
    endpoint: String(awsEndpoints.AWS_ENDPOINT_URL_SECRETS_MANAGER),
    region: 'local',
    credentials: { accessKeyId: 'operator', secretAccessKey: 'operator' },
  });

/** POST of a pkiMessage. */
const post = (scepUrl: string, message: Uint8Array): Promise<Response> =>
  fetch(`${scepUrl}?operation=PKIOperation`, { method: 'POST', body: Buffer.from(message) });

async function createChallenge({ adminUrl, connectorId }: Introduction, terms: object) {
  const response = await fetch(`${adminUrl}/challenges`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      ConnectorArn: `arn:aws:pca-connector-scep:local:000000000000:connector/${connectorId}`,
      ...terms,
    }),
  });
  const { Challenge } = (await response.json()) as { Challenge: { Password: string } };
  return Challenge.Password;
}

function secretOf(path: string, word: string): string | undefined {
  const secrets = JSON.parse(readFileSync(path, 'utf8')) as {
    readonly name: string;
    readonly versions: Readonly<Record<string, { readonly value?: { readonly text: string } }>>;
  }[];
  const secret = secrets.find(({ name }) => name.includes(word));
  return Object.values(secret?.versions ?? {}).at(-1)?.value?.text;
}

const linesOf = (directory: string, word: string): readonly string[] =>
  readdirSync(directory)
    .filter((file) => file.includes(word))
    .flatMap((file) => readFileSync(join(directory, file), 'utf8').split('\n'))
    .filter((line) => line !== '');
