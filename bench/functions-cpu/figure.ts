/** Figure 4: the CPU of a whole enrolment, AWS SDK included, beside micromdm's server. */
import type { Figure } from '../figure.ts';
import { cpuMillisecondsOfProcess, inTurn, ratioText, spreadNote } from '../measure.ts';
import { startMicromdm } from '../micromdm/server.ts';
import { startFunctions } from './functions.ts';

const clients = 8;
const perRound = { ours: 24, theirs: 48 };

/** All five functions, warm, with services that answer at once. */
export const functionsCpu: Figure = {
  title: 'CPU per enrolment, all functions',
  goal: { atMost: 1 },
  unit: 'x',
  measure: async ({ workspace, progress, isQuick }) => {
    const rounds = isQuick ? 3 : 12;
    const micromdm = await startMicromdm(workspace);
    if ('skipped' in micromdm) return micromdm;
    const functions = await startFunctions(workspace);
    const requests = await progress('building requests', async () => ({
      ours: await functions.requests((rounds + 2) * perRound.ours),
      theirs: await micromdm.requests((rounds + 2) * perRound.theirs),
    }));
    const sides = {
      ours: async () =>
        (await functions.enrol(requests.ours.splice(0, perRound.ours), clients)) / perRound.ours,
      theirs: async () => {
        const before = cpuMillisecondsOfProcess(micromdm.pid);
        await micromdm.load(requests.theirs.splice(0, perRound.theirs), 1);
        return (cpuMillisecondsOfProcess(micromdm.pid) - before) / perRound.theirs;
      },
    };
    try {
      await inTurn(2, sides, () => {});
      const measured = await progress('measuring', (at) => inTurn(rounds, sides, at));
      return {
        ours: `${measured.ours.toFixed(1)} ms`,
        theirs: `${measured.theirs.toFixed(1)} ms micromdm`,
        value: measured.ratio,
        ratio: ratioText(measured),
        notes: [
          `scep, issue, collect twice, lint and settle as deployed, in one process, ${clients} enrolments at a time; AWS's own work (the CA's signature, the tables, the state machine) is not in it.`,
          `micromdm/scep ${micromdm.version}, 2048 bits, one client (of several at once it refuses some), requests built in the same way: user and system time of its process, its CA's signature and its files included.`,
          spreadNote(measured, rounds),
        ],
      };
    } finally {
      await micromdm.stop();
      await functions.stop();
    }
  },
};
