/** The CPU of a whole enrolment, AWS SDK included, compared with micromdm's server. */
import type { Bench, Figure, Measured } from '../figure.ts';
import { type Clients, checkPrivateNetwork, startPrivateClients } from '../load/clients.ts';
import { describeSpread, measureInTurn, readProcessCpuMilliseconds } from '../measure.ts';
import { buildMicromdmCommand } from '../servers/micromdm.ts';
import { type ServerCommand, startServer } from '../servers/scep-server.ts';
import { startFunctions } from './functions.ts';

const clientCount = 8;
const perRound = { ours: 24, theirs: 48 } as const;
const warmUpRounds = 3;

export const functionsCpu: Figure = {
  name: 'functions-cpu',
  rows: [
    {
      title: 'CPU per enrolment of all functions, SDK included, against micromdm/scep',
      bar: { atMost: 3 },
      goal: { atMost: 2 },
      unit: 'x',
    },
  ],
  measure: async (bench) => {
    const skipped = checkPrivateNetwork();
    if (skipped) return { skipped };
    const server = buildMicromdmCommand(bench.workspace, { command: 'scepserver' }, 8080);
    if ('skipped' in server) return server;
    const clients = startPrivateClients();
    try {
      return await measureBeside(server, clients, bench);
    } finally {
      await clients.stop();
    }
  },
};

async function measureBeside(
  command: ServerCommand,
  clients: Clients,
  { workspace, progress, isQuick }: Bench,
): Promise<Measured> {
  const rounds = isQuick ? 3 : 12;
  const server = await startServer(clients, command);
  const functions = await startFunctions(workspace);
  const requests = await progress('building requests', async () => ({
    ours: await functions.requests((rounds + warmUpRounds) * perRound.ours),
    theirs: await server.requests((rounds + warmUpRounds) * perRound.theirs),
  }));
  const sides = {
    ours: async () =>
      (await functions.enrol(requests.ours.splice(0, perRound.ours), clientCount)) / perRound.ours,
    theirs: async () => {
      const before = readProcessCpuMilliseconds(server.pid);
      const messages = requests.theirs.splice(0, perRound.theirs);
      await clients.call('load', { url: server.url, messages, clients: 1, mayRefuse: true });
      return (readProcessCpuMilliseconds(server.pid) - before) / perRound.theirs;
    },
  };
  try {
    await measureInTurn(warmUpRounds, sides, () => {});
    const measured = await progress('measuring', (at) => measureInTurn(rounds, sides, at));
    return {
      readings: [
        {
          value: measured.ratio,
          ours: `${measured.ours.toFixed(1)} ms`,
          theirs: `${measured.theirs.toFixed(1)} ms ${server.name}`,
        },
      ],
      notes: [
        `scep and certify as deployed, in one process, with ${clientCount} enrolments at a time. AWS's own work (the CA's signature, the tables, the workflow) is not included.`,
        `${server.name}, 2048 bits, with one client, because it refuses some concurrent requests. Its process's user and system time includes its CA's signature and its files.`,
        describeSpread(measured, rounds),
      ],
    };
  } finally {
    await functions.stop();
  }
}
