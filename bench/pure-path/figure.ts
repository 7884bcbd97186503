/** Figure 1: what the scep function's own path costs, beside the RSA in it. */
import type { Figure } from '../figure.ts';
import { cpuMillisecondsOf, inTurn, ratioText, spreadNote } from '../measure.ts';
import { buildRequests } from '../requests.ts';
import { instantConnector } from './connector.ts';
import { rsaAlone } from './rsa-alone.ts';

const perRound = 25;
const warmUpRounds = 6;

/** Request bytes in, CertRep bytes out, ports in memory; the CA's work is not in it. */
export const purePath: Figure = {
  title: 'CPU per PKCSReq, pure path',
  bar: { atMost: 4 },
  goal: { atMost: 1.5 },
  unit: 'x',
  measure: async ({ progress, isQuick }) => {
    const rounds = isQuick ? 6 : 24;
    const { ra, raKey, challenge, enrol } = await instantConnector();
    const messages = await progress('building requests', async () => {
      const count = (warmUpRounds + rounds) * perRound;
      const requests = await buildRequests(count, { ...ra, challenge });
      return requests.map(({ message }) => message);
    });
    const rsa = rsaAlone(raKey);
    const sides = {
      ours: () =>
        perRequest(async () => {
          for (const message of messages.splice(0, perRound)) await enrol(message);
        }),
      theirs: () =>
        perRequest(async () => {
          for (let at = 0; at < perRound; at += 1) rsa();
        }),
    };
    await inTurn(warmUpRounds, sides, () => {});
    const measured = await progress('measuring', (at) => inTurn(rounds, sides, at));
    return {
      ours: `${measured.ours.toFixed(2)} ms`,
      theirs: `${measured.theirs.toFixed(2)} ms RSA alone`,
      value: measured.ratio,
      ratio: ratioText(measured),
      notes: [
        `CPU time of ${perRound} fresh requests a round (RSA-2048, SHA-256, AES-128), each answered SUCCESS. RSA alone: 1 decryption, 1 signature, 2 verifications, 1 encryption.`,
        spreadNote(measured, rounds),
      ],
    };
  },
};

const perRequest = async (run: () => Promise<void>): Promise<number> =>
  (await cpuMillisecondsOf(run)) / perRound;
