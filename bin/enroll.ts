#!/usr/bin/env node
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
import { requestIn } from '../lib/scep-client/stored-request.ts';

const asksForJson = process.argv.includes('--json');
const progress = createProgressLine(process.stderr);
try {
  const command = readCommand(process.argv.slice(2), await readLocalRun());
  if (command === 'help') console.log(help);
  else process.exitCode = await run(command);
} catch (error) {
  progress.end();
  if (!(error instanceof ScepClientError)) throw error;
  (asksForJson ? console.log : console.error)(describeFault(error, asksForJson));
  process.exitCode = 1;
}

/** The key and the request are on disk before the server sees them: any answer may be lost. */
async function run(command: Command): Promise<0 | 2> {
  const folder = await openFolder(command.out);
  const key = await loadOrCreateKey(folder, command.keySize);
  const { certificationRequest, subject, repeated } = await requestIn(folder, key, command);
  if (repeated) console.error('Repeating the request that got no answer.');
  const identity = await createSelfSignedIdentity(key, subject);
  const server = { url: command.url };
  const onProgress = progress.show;
  const result = await enrol({ ...command, server, identity, certificationRequest, onProgress });
  progress.end();
  const granted = result.status === 'SUCCESS';
  if (granted) await storeCertificate(folder, result.certificate, result.chain);
  await removeRequest(folder);
  const print = granted || command.json ? console.log : console.error;
  print(describeResult(result, folder, command.json));
  return granted ? 0 : 2;
}
