/** Figure 3: what an enrolment asks of AWS, counted where the emulators are asked. */
import diagnostics from 'node:diagnostics_channel';
import type { IncomingMessage } from 'node:http';
import { getCaCert } from '../lib/client/ca-certificates.ts';
import { postPkiOperation } from '../lib/client/http.ts';
import { introduce } from '../lib/local/introduction.ts';
import { startLocalStack } from '../lib/local/stack.ts';
import { stateDirectory } from '../lib/local/state-directory.ts';
import { certRepFieldsOf } from '../test/http/cert-rep-fields.ts';
import type { Bench, Figure } from './figure.ts';
import { buildRequests } from './requests.ts';

type Counts = ReadonlyMap<string, number>;

const warmUps = 2;

/** Every AWS API call of all functions, warm, polls of the ledger and looks at the CA included. */
export const awsCalls: Figure = {
  title: 'AWS calls per enrolment',
  goal: { atMost: 10 },
  unit: '',
  measure: async (bench) => {
    const enrolments = bench.isQuick ? 2 : 6;
    const counts = await bench.progress('counting', (at) => countedIn(bench, enrolments, at));
    const perEnrolment = [...counts].map(([call, count]) => [call, count / enrolments] as const);
    const value = perEnrolment.reduce((sum, [, count]) => sum + count, 0);
    const looks = perEnrolment.find(([call]) => call === 'ACMPrivateCA GetCertificate')?.[1];
    return {
      ours: `${rounded(value)} calls`,
      value,
      notes: [
        perEnrolment.map(([call, count]) => `${call} ${rounded(count)}`).join(', '),
        `Means of ${enrolments} enrolments on warm functions, one after the other; the CA was looked at ${rounded(looks ?? 0)} times each.`,
      ],
    };
  },
};

const rounded = (count: number): string => String(Number(count.toFixed(1)));

/** The emulators serve in this process and the functions' clients do not: what is served here with a target is a call. */
async function countedIn(
  { workspace }: Bench,
  enrolments: number,
  at: (done: number, of: number) => void,
): Promise<Counts> {
  const state = stateDirectory(workspace.directory('aws-calls'));
  const stack = await startLocalStack({
    assembly: await workspace.assembly(),
    stateDirectory: state.root,
  });
  const counts = new Map<string, number>();
  const count = (message: unknown): void => {
    const { request } = message as { readonly request: IncomingMessage };
    const target = request.headers['x-amz-target'];
    if (typeof target === 'string')
      counts.set(nameOf(target), (counts.get(nameOf(target)) ?? 0) + 1);
  };
  try {
    const { scepUrl, challengePassword: challenge } = await introduce(stack, state.challenge);
    const url = new URL(scepUrl);
    const { recipient } = await getCaCert({ url });
    const raCertificate = new Uint8Array(recipient.raw);
    const requests = await buildRequests(warmUps + enrolments, { raCertificate, challenge });
    for (const [done, { message }] of requests.entries()) {
      if (done === warmUps) diagnostics.subscribe('http.server.request.start', count);
      const { body } = await postPkiOperation({ url }, message);
      const { pkiStatus } = certRepFieldsOf(body);
      if (pkiStatus !== '0') throw new Error(`an enrolment ended with pkiStatus ${pkiStatus}`);
      at(done + 1, requests.length);
    }
  } finally {
    diagnostics.unsubscribe('http.server.request.start', count);
    await stack.stop();
  }
  return counts;
}

/** `DynamoDB_20120810.GetItem` as `DynamoDB GetItem`. */
const nameOf = (target: string): string => target.replace(/(_\d+)?\./, ' ');
