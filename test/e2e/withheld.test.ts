/** The CA issues a certificate that differs from the grant, and the deployed app revokes it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it, vi } from 'vitest';
import { rsaKey } from '../support/kit/keys.ts';
import { cn, name } from '../support/kit/names.ts';
import { type BuiltPkcsReq, pkcsReq } from '../support/kit/pkcs-req.ts';
import { alteredCommonName } from './apps/start-app.ts';
import { enrol, serialNumberIn } from './device.ts';
import { type LogLine, type RunningApp, runningApp } from './running-app.ts';

let app: RunningApp;
let request: BuiltPkcsReq;

beforeAll(async () => {
  app = await runningApp();
  const challenge = await app.createChallenge({ MaxUses: 1 });
  const csr = { challenges: [challenge], subject: name(cn(alteredCommonName)) };
  request = pkcsReq({ ra: app.ra, key: rsaKey(2048, 'altered'), csr });
});

const ofRequest = (line: LogLine): boolean => line.transactionId === request.transactionId;

/** The revocations in the journal of the emulated CA. */
const revocations = (): readonly LogLine[] =>
  readFileSync(join(app.stateDirectory, 'acm-pca/certificates.jsonl'), 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as LogLine)
    .filter(({ kind }) => kind === 'revoked');

it('refuses the request of the device', async () => {
  expect(serialNumberIn(await enrol(request, app))).toBe('FAILURE badRequest');
  const isRefusal = (line: LogLine) => ofRequest(line) && line.outcome === 'refused';
  const lines = await app.logged('ScepFunction', isRefusal);
  expect(lines).toMatchObject([{ code: 'CertificateMismatch' }]);
});

it('revokes the certificate after the event of Certify, before the schedule', async () => {
  const [{ enrolmentId } = {}] = await app.logged('ScepFunction', ofRequest);
  const [mismatch] = await app.logged(
    'CertifyFunction',
    (line) => line.enrolmentId === enrolmentId && line.outcome === 'mismatch',
  );
  expect(mismatch).toMatchObject({ difference: 'subject' });
  await vi.waitFor(() => expect(revocations()).toHaveLength(1), { timeout: 10_000 });
  expect(await app.logged('RevokeFunction', ({ withheld }) => withheld === 1)).toMatchObject([
    { outcome: 'done', disputed: 0 },
  ]);
});
