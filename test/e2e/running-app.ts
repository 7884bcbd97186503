/** The app as it is deployed, on this machine: synthesized, emulated, and spoken to over HTTP. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { inject, vi } from 'vitest';
import { environment } from '../../lambda/config/environment.ts';
import type { StatementReference } from '../../lib/local/permissions/roles.ts';
import type { RunInfo } from '../../lib/local/run-info.ts';
import { getCaCert } from '../../lib/scep-client/ca-certificates.ts';
import type { AppCall, AppFacts, AppRequest } from './apps/wire.ts';

/** A running app, as a test file uses it. */
export type RunningApp = Awaited<ReturnType<typeof runningApp>>;

/** A line of a function's log. */
export type LogLine = Readonly<Record<string, unknown>>;

/**
 * The app of most test files: with the NDES page, so that all of them can share it. A file that
 * disturbs others names an app of its own.
 */
export async function runningApp(wanted: Partial<AppRequest> = {}) {
  const app = { context: { ndesAdminPage: 'true' }, isIntune: false, ...wanted };
  const facts = await callServer<AppFacts>({ app });
  const { scepUrl, stateDirectory, functionEnvironments, awsEndpoints } = facts;
  const { recipient } = await getCaCert({ url: new URL(scepUrl) });
  /** The value of a variable in the environment of the scep function. */
  const scepVariable = (variable: string): string =>
    Object.entries(functionEnvironments).find(([id]) => id.includes('Scep'))?.[1][variable] ?? '';
  const log = (word: string): readonly string[] => linesOf(join(stateDirectory, 'logs'), word);
  const operator = {
    region: 'local',
    credentials: { accessKeyId: 'operator', secretAccessKey: 'operator' },
  };
  return {
    ...facts,
    /**
     * Runs the one schedule whose rule's logical id holds this word; throws if its function fails.
     */
    fireSchedule: (fire: string) => callServer({ app, fire }),
    scepVariable,
    /** Leaves a statement of a role out from now on, and no other. */
    leaveOut: (leaveOut: StatementReference | null) => callServer({ app, leaveOut }),
    /** How many requests were denied for want of it. */
    missed: () => callServer<number>({ app, missed: true }),
    ra: { raCertificate: new Uint8Array(recipient.raw) },
    raSecret: scepVariable(environment.raSecret),
    /** Secrets Manager as an operator's SDK or console speaks to it. */
    secrets: new SecretsManagerClient({
      ...operator,
      endpoint: String(awsEndpoints.AWS_ENDPOINT_URL_SECRETS_MANAGER),
    }),
    dynamo: new DynamoDBClient({
      ...operator,
      endpoint: String(awsEndpoints.AWS_ENDPOINT_URL_DYNAMODB),
    }),
    createChallenge: (terms: object) => createChallenge(facts, terms),
    post: (message: Uint8Array) => post(scepUrl, message),
    /**
     * The text of the secret whose name holds this word, as an admin reads it in Secrets Manager.
     */
    secret: (word: string) => secretOf(join(stateDirectory, 'secrets.json'), word),
    /** The lines of the functions whose names hold this word. */
    log,
    /**
     * The lines of those functions that this condition holds for, once there is one: a line comes a
     * moment after the answer.
     */
    logged: (word: string, isWanted: (line: LogLine) => boolean): Promise<readonly LogLine[]> =>
      vi.waitFor(
        () => {
          const lines = log(word).map((line) => JSON.parse(line) as LogLine);
          const wantedLines = lines.filter(isWanted);
          if (wantedLines.length === 0) throw new Error(`no such line of ${word}`);
          return wantedLines;
        },
        { timeout: 10_000, interval: 50 },
      ),
  };
}

async function callServer<Answer>(call: AppCall): Promise<Answer> {
  const response = await fetch(inject('apps'), { method: 'POST', body: JSON.stringify(call) });
  if (!response.ok) throw new Error(await response.text());
  return (await response.json()) as Answer;
}

/** POST of a pkiMessage. */
const post = (scepUrl: string, message: Uint8Array): Promise<Response> =>
  fetch(`${scepUrl}?operation=PKIOperation`, { method: 'POST', body: Buffer.from(message) });

async function createChallenge({ adminUrl, connectorId }: RunInfo, terms: object) {
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
    .flatMap((file) => readFileSync(join(directory, file), 'utf8').split('\n').slice(0, -1))
    .filter((line) => line !== '');
