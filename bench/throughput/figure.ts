/** Figure 5: enrolments a second of the app on one machine, emulators and all, beside micromdm's server. */
import { getCaCert } from '../../lib/client/ca-certificates.ts';
import type { Bench, Figure } from '../figure.ts';
import type { LoadResult } from '../load/client-process.ts';
import { startClients } from '../load/clients.ts';
import { inTurn, ratioText, spreadNote } from '../measure.ts';
import { startMicromdm } from '../micromdm/server.ts';
import { buildRequests } from '../requests.ts';
import { startLocalRunner } from './local-runner.ts';

const clients = 8;
const perRound = { ours: 24, theirs: 96 };

/** As `npm start` is started: a CA that takes 0.3 s and 25 requests a second. */
export const throughput: Figure = {
  title: 'enrolments a second, npm start',
  goal: { atLeast: 1 },
  unit: 'x',
  measure: async (bench) => {
    const { workspace, progress, isQuick } = bench;
    const rounds = isQuick ? 2 : 6;
    const micromdm = await startMicromdm(workspace);
    if ('skipped' in micromdm) return micromdm;
    const local = await progress('npm start', () => startOurs(bench));
    const requests = await progress('building requests', async () => ({
      ours: await local.requests((rounds + 1) * perRound.ours),
      theirs: await micromdm.requests((rounds + 1) * perRound.theirs),
    }));
    let refusals = 0;
    const sides = {
      ours: async () =>
        perSecond(perRound.ours, await local.load(requests.ours.splice(0, perRound.ours))),
      theirs: async () => {
        const messages = requests.theirs.splice(0, perRound.theirs);
        const loaded = await micromdm.load(messages, clients);
        refusals += loaded.refusals;
        return perSecond(perRound.theirs, loaded);
      },
    };
    try {
      await inTurn(1, sides, () => {});
      const measured = await progress('measuring', (at) => inTurn(rounds, sides, at));
      return {
        ours: `${measured.ours.toFixed(1)}/s`,
        theirs: `${measured.theirs.toFixed(0)}/s micromdm`,
        value: measured.ratio,
        ratio: ratioText(measured),
        notes: [
          `${clients} clients, requests built ahead, ${perRound.ours} (ours) and ${perRound.theirs} enrolments a round; emulators and functions share this machine's cores. The state machine waits 1 s between its looks at the CA, as in AWS; micromdm signs at once.`,
          `micromdm/scep ${micromdm.version} refused ${refusals} requests that came at once with others; they were sent again.`,
          spreadNote(measured, rounds),
        ],
      };
    } finally {
      await micromdm.stop();
      await local.stop();
    }
  },
};

const perSecond = (count: number, { milliseconds }: LoadResult): number =>
  (count * 1000) / milliseconds;

async function startOurs({ workspace }: Bench) {
  const { introduction, stop } = await startLocalRunner(workspace.directory('npm-start'));
  const { scepUrl, challengePassword: challenge } = introduction;
  const { recipient } = await getCaCert({ url: new URL(scepUrl) });
  const raCertificate = new Uint8Array(recipient.raw);
  const own = startClients();
  return {
    requests: async (count: number) =>
      (await buildRequests(count, { raCertificate, challenge })).map(({ message }) => message),
    load: (messages: readonly Uint8Array[]) =>
      own.call('load', { url: scepUrl, messages, clients }),
    stop: async () => {
      await own.stop();
      await stop();
    },
  };
}
