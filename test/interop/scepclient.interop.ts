import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, inject, it, vi } from 'vitest';
import { type Ended, run } from './command.ts';
import { clientDirectory } from './stack.ts';
import { describeWith } from './tools.ts';
import { scepLinesOf, serverErrorsOf } from './traces.ts';

const facts = inject('sharedStack');

describeWith(
  ['scepclient'],
  'scepclient of micromdm, which supports only single DES and SHA-1',
  () => {
    const cwd = clientDirectory(facts, 'scepclient');
    let ended: Ended;

    beforeAll(async () => {
      const { scepUrl, challengePassword } = facts;
      const files = ['-private-key', 'key.pem', '-certificate', 'cert.pem'];
      const args = ['-server-url', scepUrl, '-challenge', challengePassword, ...files, '-debug'];
      ended = await run('scepclient', args, { cwd });
    });

    it('reads both certificates of GetCACert', () => {
      const { stdout, stderr } = ended;
      expect(stdout + stderr).toContain(`hash=${facts.caFingerprintSha256}`);
      expect(stdout + stderr).toContain('count=2');
    });

    it('reads a signed FAILURE with badAlg', () => {
      const { exitCode, stdout, stderr } = ended;
      expect(stdout + stderr).toContain('scep_message_type="CertRep (3)"');
      expect(stdout + stderr).toContain('request failed, failInfo: badAlg (0)');
      expect(exitCode).toBe(1);
    });

    it('gets no certificate', () => {
      expect(existsSync(join(cwd, 'key.pem'))).toBe(true);
      expect(existsSync(join(cwd, 'cert.pem'))).toBe(false);
    });

    it('is refused with a code in the log and without a 5xx', async () => {
      const [, transactionId] =
        /transaction_id="?([\w+/=]+)/.exec(ended.stdout + ended.stderr) ?? [];
      const refused = { transactionId, outcome: 'refused', code: 'UnsupportedAlgorithm' };
      await vi.waitFor(() =>
        expect(scepLinesOf(facts)).toContainEqual(expect.objectContaining(refused)),
      );
      expect(serverErrorsOf(facts)).toEqual([]);
    });
  },
);
