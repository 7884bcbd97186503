#!/usr/bin/env node
/** `npm run enroll` enrols for a certificate with the SCEP client. */
import { type Command, help, readCommand } from '../lib/scep-client/command-line.ts';
import { enrol } from '../lib/scep-client/enrolment.ts';
import { ScepClientError } from '../lib/scep-client/errors.ts';
import {
  loadOrCreateKey,
  openFolder,
  removeRequest,
  storeCertificate,
} from '../lib/scep-client/folder.ts';
import { createSelfSignedIdentity } from '../lib/scep-client/identity.ts';
import { readLocalRun } from '../lib/scep-client/local-run.ts';
import { createProgressLine } from '../lib/scep-client/progress-line.ts';
import { describeFault, describeResult } from '../lib/scep-client/report.ts';
import { loadOrBuildRequest } from '../lib/scep-client/stored-request.ts';

const isJson = process.argv.includes('--json');
const progress = createProgressLine(process.stderr);
try {
  const command = readCommand(process.argv.slice(2), await readLocalRun());
  if (command === 'help') console.log(help);
  else process.exitCode = await run(command);
} catch (error) {
  progress.end();
  if (!(error instanceof ScepClientError)) throw error;
  (isJson ? console.log : console.error)(describeFault(error, isJson));
  process.exitCode = 1;
}

/**
 * Enrols, and returns the exit code. The key and the request are stored before the server receives
 * the request, because its answer can be lost.
 */
async function run(command: Command): Promise<0 | 2> {
  const folder = await openFolder(command.out);
  const key = await loadOrCreateKey(folder, command.keySize);
  const { certificationRequest, subject, isRepeated } = await loadOrBuildRequest(
    folder,
    key,
    command,
  );
  if (isRepeated) console.error('Resending the stored request of an earlier run.');
  const identity = await createSelfSignedIdentity(key, subject);
  const server = { url: command.url };
  const onProgress = progress.show;
  const result = await enrol({ ...command, server, identity, certificationRequest, onProgress });
  progress.end();
  const isIssued = result.status === 'SUCCESS';
  if (isIssued) await storeCertificate(folder, result.certificate, result.chain);
  await removeRequest(folder);
  const print = isIssued || command.json ? console.log : console.error;
  print(describeResult(result, folder, command.json));
  return isIssued ? 0 : 2;
}
