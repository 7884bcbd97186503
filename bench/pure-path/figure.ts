/** The CPU of the scep function's own path, compared with its RSA operations. */
import { makeAuthority } from '../connector/authority.ts';
import { challengePassword } from '../connector/connector.ts';
import type { Figure } from '../figure.ts';
import { describeSpread, measureCpuMilliseconds, measureInTurn } from '../measure.ts';
import { buildRequests } from '../requests.ts';
import { createInstantConnector } from './connector.ts';
import { createRsaRun } from './rsa-alone.ts';

const perRound = 25;
const warmUpRounds = 12;

/** From request bytes to CertRep bytes, with ports in memory and without the CA's work. */
export const purePath: Figure = {
  name: 'pure-path',
  rows: [
    {
      title: 'CPU per PKCSReq in the pure path, against its RSA operations',
      bar: { atMost: 1.45 },
      goal: { atMost: 1.3 },
      unit: 'x',
    },
  ],
  measure: async ({ workspace, progress, isQuick }) => {
    const rounds = isQuick ? 6 : 24;
    const authority = await makeAuthority(workspace.directory('pure-path'));
    const { raCertificate } = authority;
    const { raKey, enrol } = await createInstantConnector(authority);
    const count = (warmUpRounds + rounds) * perRound;
    const messages = await progress('building requests', () =>
      buildRequests(count, { raCertificate, challenges: [challengePassword] }),
    );
    const rsa = createRsaRun(raKey);
    const sides = {
      ours: () =>
        measurePerRequest(async () => {
          for (const message of messages.splice(0, perRound)) await enrol(message);
        }),
      theirs: () =>
        measurePerRequest(async () => {
          for (let at = 0; at < perRound; at += 1) rsa();
        }),
    };
    await measureInTurn(warmUpRounds, sides, () => {});
    const measured = await progress('measuring', (at) => measureInTurn(rounds, sides, at));
    return {
      readings: [
        {
          value: measured.ratio,
          ours: `${measured.ours.toFixed(2)} ms`,
          theirs: `${measured.theirs.toFixed(2)} ms RSA alone`,
        },
      ],
      notes: [
        `CPU time of ${perRound} fresh requests per round (RSA-2048, SHA-256, AES-128), each answered SUCCESS. RSA alone is 1 decryption, 1 signature, 2 verifications and 1 encryption.`,
        describeSpread(measured, rounds),
      ],
    };
  },
};

const measurePerRequest = async (run: () => Promise<void>): Promise<number> =>
  (await measureCpuMilliseconds(run)) / perRound;
