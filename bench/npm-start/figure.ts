/**
 * The app on one machine as `npm start` runs it: its rate compared with micromdm's server, and its
 * memory.
 */
import type { Bench, Figure, Measured, Reading, Skipped } from '../figure.ts';
import { checkPrivateNetwork, startClients, startPrivateClients } from '../load/clients.ts';
import { computeMedian } from '../measure.ts';
import { buildRequests } from '../requests.ts';
import { buildMicromdmCommand } from '../servers/micromdm.ts';
import { startServer } from '../servers/scep-server.ts';
import { startLocalRunner } from './local-runner.ts';
import { readResidentMegabytes } from './memory.ts';

const clientCount = 8;
const warmUps = 60;
const rounds = 5;
const perRound = 48;

export const npmStart: Figure = {
  name: 'npm-start',
  rows: [
    {
      title: 'npm start: enrolments a second, --pca-delay 0, 8 clients, against micromdm/scep',
      bar: { atLeast: 0.15 },
      goal: { atLeast: 0.3 },
      unit: 'x',
    },
    {
      title: 'npm start: memory after 300 enrolments by 8 clients (sum of RSS)',
      bar: { atMost: 700 },
      goal: { atMost: 400 },
      unit: ' MB',
      digits: 0,
    },
  ],
  measure: async (bench): Promise<Measured> => {
    const ours = await bench.progress('npm start', () => measureOurs(bench));
    const theirs = await bench.progress('micromdm', () => measureMicromdm(bench));
    return {
      readings: [toRateReading(ours.rates, theirs), { value: ours.megabytes }],
      notes: [
        `${warmUps + rounds * perRound} enrolments with a static challenge and requests built ahead. Emulators, functions and clients share this machine's cores. --pca-tps 1000 and certificatesPerSecond=1000 lift the default limit of 25 per second.`,
      ],
    };
  },
};

function toRateReading(
  ours: readonly number[],
  theirs: { readonly rates: readonly number[]; readonly name: string } | Skipped,
): Reading | Skipped {
  if ('skipped' in theirs) return theirs;
  return {
    value: computeMedian(ours) / computeMedian(theirs.rates),
    ours: `${computeMedian(ours).toFixed(1)}/s`,
    theirs: `${computeMedian(theirs.rates).toFixed(0)}/s ${theirs.name}`,
  };
}

async function measureOurs({ workspace }: Bench) {
  const runner = await startLocalRunner(workspace);
  const clients = startClients();
  try {
    const load = (messages: readonly Uint8Array[]) =>
      clients.call('load', { url: runner.scepUrl, messages, clients: clientCount });
    const rates = await measureRates(load, (count) => buildRequests(count, runner.recipient));
    return { rates, megabytes: readResidentMegabytes(runner.pid) };
  } finally {
    await clients.stop();
    await runner.stop();
  }
}

async function measureMicromdm({ workspace }: Bench) {
  const skipped = checkPrivateNetwork();
  if (skipped) return { skipped };
  const command = buildMicromdmCommand(workspace, { command: 'scepserver' }, 8081);
  if ('skipped' in command) return command;
  const clients = startPrivateClients();
  try {
    const { url, name, requests } = await startServer(clients, command);
    const load = (messages: readonly Uint8Array[]) =>
      clients.call('load', { url, messages, clients: clientCount, mayRefuse: true });
    return { name, rates: await measureRates(load, requests) };
  } finally {
    await clients.stop();
  }
}

/** The rate of each round after the warm-up, in enrolments per second. */
async function measureRates(
  load: (messages: readonly Uint8Array[]) => Promise<{ readonly milliseconds: number }>,
  requests: (count: number) => Promise<Uint8Array[]>,
): Promise<number[]> {
  const messages = await requests(warmUps + rounds * perRound);
  await load(messages.splice(0, warmUps));
  const rates: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const { milliseconds } = await load(messages.splice(0, perRound));
    rates.push((perRound * 1000) / milliseconds);
  }
  return rates;
}
