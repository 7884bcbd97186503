/**
 * The scep function's cold start, compared with a function that makes the same calls with the AWS
 * clients alone.
 */
import { fork } from 'node:child_process';
import { join } from 'node:path';
import { createDynamoChallengeRegister } from '../../lambda/aws/dynamo-challenge-register.ts';
import { environment } from '../../lambda/config/environment.ts';
import { startAwsJsonServer } from '../../lib/local/emulators/aws-json-server.ts';
import { makeAuthority } from '../connector/authority.ts';
import { challengePassword, createBenchChallenge, settings } from '../connector/connector.ts';
import {
  buildHandlerBundle,
  buildPlainBundle,
  functionEnvironment,
  measureMegabytes,
} from '../deployed-bundles.ts';
import type { Bench, Figure, Reading } from '../figure.ts';
import { computeMedian, describeSpread, measureInTurn } from '../measure.ts';
import { buildRequests } from '../requests.ts';
import { createCannedDynamoDb } from '../services/canned-dynamodb.ts';
import { buildEndpointVariables, createInstantServices } from '../services/instant-services.ts';
import { writeEventFile } from './events.ts';
import type { ColdStart } from './import-to-ready.ts';

const maxMilliseconds = 20_000;

const limits = { bar: { atMost: 1 }, goal: { atMost: 0.85 }, unit: 'x' };

export const coldStart: Figure = {
  name: 'cold-start',
  rows: [
    { title: 'cold start until the first PKIOperation, against the AWS clients alone', ...limits },
    { title: 'cold start until the first GetCACert, against the AWS clients alone', ...limits },
  ],
  measure: async (bench) => {
    const { workspace, progress } = bench;
    const authority = await makeAuthority(workspace.directory('cold-start-ca'));
    const item = await readChallengeItem();
    const server = await startAwsJsonServer([
      ...createInstantServices(authority, () => {}),
      createCannedDynamoDb(item),
    ]);
    const variables = buildEndpointVariables(server.endpoint, server.endpoint);
    const clients = join(import.meta.dirname, 'aws-clients.ts');
    const bundles = {
      ours: await buildHandlerBundle('scep', workspace),
      theirs: await buildPlainBundle(clients, workspace),
    };
    const directory = workspace.directory('cold-start-events');
    const { raCertificate } = authority;
    const [message] = await buildRequests(1, { raCertificate, challenges: [challengePassword] });
    const events = [
      writeEventFile(directory, 'PKIOperation', message),
      writeEventFile(directory, 'GetCACert'),
    ];
    const readings: Reading[] = [];
    const notes: string[] = [];
    for (const event of events) {
      const { reading, note } = await progress('starting processes', (at) =>
        compare(bench, { bundles, variables, event }, at),
      );
      readings.push(reading);
      notes.push(note);
    }
    await server.stop();
    return {
      readings,
      notes: [
        `From the import of the deployed bundle (${measureMegabytes(bundles.ours)}) to the answer. The other bundle (${measureMegabytes(bundles.theirs)}) makes the same calls to the same local servers; it is built the same way, but without lambda/node. Neither includes Node's own start. PKIOperation is a fresh request that is answered PENDING at once, without the wait for the CA.`,
        ...notes,
      ],
    };
  },
};

interface Case {
  readonly bundles: { readonly ours: string; readonly theirs: string };
  readonly variables: Readonly<Record<string, string>>;
  readonly event: string;
}

async function compare(
  { isQuick }: Bench,
  { bundles, variables, event }: Case,
  at: (done: number, of: number) => void,
): Promise<{ readonly reading: Reading; readonly note: string }> {
  const rounds = isQuick ? 5 : 21;
  const starts = { ours: [] as ColdStart[], theirs: [] as ColdStart[] };
  const side = (which: keyof Case['bundles']) => async (): Promise<number> => {
    const start = await measureColdStart(bundles[which], event, variables);
    starts[which].push(start);
    return start.answered;
  };
  const measured = await measureInTurn(rounds, { ours: side('ours'), theirs: side('theirs') }, at);
  const medianOf = (which: keyof Case['bundles'], part: keyof ColdStart): string =>
    `${computeMedian(starts[which].map((start) => start[part])).toFixed(0)} ms`;
  return {
    reading: {
      value: measured.ratio,
      ours: `${measured.ours.toFixed(0)} ms`,
      theirs: `${measured.theirs.toFixed(0)} ms AWS clients`,
    },
    note: `Medians of the import: ${medianOf('ours', 'imported')} and ${medianOf('theirs', 'imported')}; of CPU: ${medianOf('ours', 'cpu')} and ${medianOf('theirs', 'cpu')}. ${describeSpread(measured, rounds)}`,
  };
}

type Item = Parameters<typeof createCannedDynamoDb>[0];

/** The item of the bench's challenge, as the admin function writes it. */
async function readChallengeItem(): Promise<Item> {
  const items: Item[] = [];
  const client = {
    send: async ({ input }: { readonly input: { readonly Item?: Item } }) => {
      if (input.Item) items.push(input.Item);
      return {};
    },
  };
  const table = functionEnvironment[environment.challengesTable] ?? '';
  await createBenchChallenge(createDynamoChallengeRegister(client as never, table));
  const [item] = items;
  if (item === undefined) throw new Error('no challenge was written');
  return item;
}

/**
 * Measures a start in a fresh process, without a compile cache and without this shell's AWS
 * settings.
 */
const measureColdStart = (
  bundle: string,
  event: string,
  variables: Readonly<Record<string, string>>,
): Promise<ColdStart> =>
  new Promise((resolve, reject) => {
    const child = fork(join(import.meta.dirname, 'import-to-ready.ts'), [bundle, event], {
      env: {
        ...functionEnvironment,
        ...variables,
        [environment.connectorSettings]: JSON.stringify({ ...settings, waitSeconds: 0 }),
        PATH: process.env.PATH,
      },
      execArgv: [],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      timeout: maxMilliseconds,
    });
    child.once('message', (measured) => resolve(measured as ColdStart));
    child.once('exit', (code) => reject(new Error(`${bundle} did not start (exit code ${code})`)));
  });
