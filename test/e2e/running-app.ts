/** The deployed app on this machine: synthesized, emulated, and called over HTTP. */
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
 * Starts or finds an app. Most test files share the default one, which has the connector `ndes`. A
 * file that would disturb others uses an app with its own name.
 */
export async function runningApp(wanted: Partial<AppRequest> = {}) {
  const app = { hasNdesPage: true, isIntune: false, ...wanted };
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
     * Runs the one schedule whose rule's logical id contains this word. Throws if its function
     * fails.
     */
    fireSchedule: (fire: string) => callServer({ app, fire }),
    scepVariable,
    /** Omits a statement of a role from now on; null omits none. */
    leaveOut: (leaveOut: StatementReference | null) => callServer({ app, leaveOut }),
    /** Counts the requests that were denied without that statement. */
    missed: () => callServer<number>({ app, missed: true }),
    ra: { raCertificate: new Uint8Array(recipient.raw) },
    raSecret: scepVariable(environment.raSecret),
    /** A client of Secrets Manager for an operator. */
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
     * The text of the secret whose name contains this word.
     */
    secret: (word: string) => secretOf(join(stateDirectory, 'secrets.json'), word),
    /** The log lines of the functions whose names contain this word. */
    log,
    /**
     * Waits for log lines of those functions that match, because a line can arrive after the
     * answer.
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

/** Posts a pkiMessage. */
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
