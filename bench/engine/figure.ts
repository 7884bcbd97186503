/**
 * The engine alone as a plain server: the same client, keys and load as for the Go servers of
 * micromdm and smallstep.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { challengePassword } from '../connector/connector.ts';
import type { Bench, Figure, Reading, Skipped } from '../figure.ts';
import { type Clients, checkPrivateNetwork, startPrivateClients } from '../load/clients.ts';
import { computeMedian } from '../measure.ts';
import { buildGoProgram, goPrograms } from '../servers/go-programs.ts';
import { buildMicromdmCommand } from '../servers/micromdm.ts';
import { type ScepServer, startServer } from '../servers/scep-server.ts';
import { buildStepCaCommand } from '../servers/step-ca.ts';
import type { Workspace } from '../workspace.ts';
import { measureRound, type ServerRound, warmUp } from './round.ts';

const raFile = 'ra.der';

export const engine: Figure = {
  name: 'engine',
  rows: [
    {
      title: 'the engine alone: CPU per enrolment, against step-ca',
      bar: { atMost: 0.8 },
      goal: { atMost: 0.5 },
      unit: 'x',
    },
    { title: 'the engine alone: CPU per enrolment, against micromdm/scep', unit: 'x' },
    {
      title: 'the engine alone: enrolments a second, against step-ca',
      goal: { atLeast: 1 },
      unit: 'x',
    },
    {
      title: 'the engine alone: enrolments a second, against micromdm/scep',
      goal: { atLeast: 1 },
      unit: 'x',
    },
  ],
  measure: async (bench) => {
    const skipped = checkPrivateNetwork();
    if (skipped) return { skipped };
    const clients = startPrivateClients();
    try {
      return await measureWith(clients, bench);
    } finally {
      await clients.stop();
    }
  },
};

async function measureWith(clients: Clients, { workspace, progress, isQuick }: Bench) {
  const ours = await startEngine(clients, workspace);
  const others = await progress('building the Go servers', () => startOthers(clients, workspace));
  const servers = [ours, others.stepCa, others.micromdm].filter((one) => 'pid' in one);
  const rounds = isQuick ? 2 : 7;
  for (const server of servers) await warmUp(clients, server);
  const measured = new Map<ScepServer, ServerRound[]>(servers.map((server) => [server, []]));
  await progress('measuring', async (at) => {
    for (let round = 0; round < rounds; round += 1) {
      for (const server of servers) measured.get(server)?.push(await measureRound(clients, server));
      at(round + 1, rounds);
    }
  });
  const roundsOf = (server: ScepServer) => measured.get(server) ?? [];
  const against = (other: ScepServer | Skipped, part: keyof ServerRound): Reading | Skipped =>
    'pid' in other ? toReading(roundsOf(ours), roundsOf(other), part, other.name) : other;
  return {
    readings: [
      against(others.stepCa, 'cpu'),
      against(others.micromdm, 'cpu'),
      against(others.stepCa, 'rate'),
      against(others.micromdm, 'rate'),
    ],
    notes: [
      'Each server is one process that includes its CA; all keys are RSA-2048. CPU is the user and system time of the process with one client. The rate is measured with eight clients. Values are medians of the ratios of each round.',
      'Ours and step-ca keep nothing on disk; micromdm writes files. It refuses some concurrent requests, which are then resent.',
    ],
  };
}

function toReading(
  ours: readonly ServerRound[],
  theirs: readonly ServerRound[],
  part: keyof ServerRound,
  name: string,
): Reading {
  const ratios = ours.map((round, at) => round[part] / (theirs[at]?.[part] ?? Number.NaN));
  const text = (rounds: readonly ServerRound[]): string =>
    part === 'cpu'
      ? `${computeMedian(rounds.map(({ cpu }) => cpu)).toFixed(2)} ms`
      : `${computeMedian(rounds.map(({ rate }) => rate)).toFixed(0)}/s`;
  return { value: computeMedian(ratios), ours: text(ours), theirs: `${text(theirs)} ${name}` };
}

async function startEngine(clients: Clients, workspace: Workspace): Promise<ScepServer> {
  const directory = workspace.directory('engine');
  const port = 8100;
  const script = join(import.meta.dirname, 'server-process.ts');
  const url = `http://127.0.0.1:${port}/scep`;
  const args = [script, directory, `${port}`, raFile];
  const command = { name: 'the engine', url, command: process.execPath, args };
  const recipient = () => ({
    raCertificate: new Uint8Array(readFileSync(join(directory, raFile))),
    challenges: [challengePassword],
  });
  return await startServer(clients, { ...command, recipient });
}

async function startOthers(clients: Clients, workspace: Workspace) {
  const [stepCaProgram, micromdmProgram] = [
    await buildGoProgram(goPrograms.stepCa),
    await buildGoProgram(goPrograms.micromdm),
  ];
  const [stepCaPort, micromdmPort] = [8200, 8300];
  return {
    stepCa:
      'skipped' in stepCaProgram
        ? stepCaProgram
        : await startServer(
            clients,
            await buildStepCaCommand(workspace, stepCaProgram, stepCaPort),
          ),
    micromdm: await startMicromdm(clients, workspace, micromdmProgram, micromdmPort),
  };
}

async function startMicromdm(
  clients: Clients,
  workspace: Workspace,
  program: Awaited<ReturnType<typeof buildGoProgram>>,
  port: number,
): Promise<ScepServer | Skipped> {
  if ('skipped' in program) return program;
  const server = buildMicromdmCommand(workspace, program, port);
  return 'skipped' in server ? server : await startServer(clients, server);
}
