/** `npm run admin -- challenge create`: makes a challenge through the admin API of the local stack. */

import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { type ChallengeOptions, challengeRequest } from '../lib/client/challenge-request.ts';

const usage = `npm run admin -- challenge create [options]

  --kind static|one-time|limited   default: one-time
  --uses N                         how many enrolments a limited challenge is good for, 1 to 1000
  --expires-in DURATION            from now: 90s, 45m, 12h or 30d; default: 1h, and none for static
  --name NAME                      what it is for; shown to admins
  --connector ID                   default: the connector of .local/run.json
  --url URL                        the admin API; default: that of .local/run.json
  --json                           the whole answer as JSON

It speaks to the local stack (npm start). Signing for a deployed admin API is not built yet.`;

interface LocalRun {
  readonly adminUrl: string;
  readonly connectorId: string;
}

async function localRun(): Promise<LocalRun> {
  try {
    return JSON.parse(await readFile('.local/run.json', 'utf8')) as LocalRun;
  } catch {
    throw new Error(
      'no local stack is running here: start one with `npm start`, or give --url and --connector',
    );
  }
}

async function main(): Promise<void> {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: {
      kind: { type: 'string', default: 'one-time' },
      uses: { type: 'string' },
      'expires-in': { type: 'string' },
      name: { type: 'string' },
      connector: { type: 'string' },
      url: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help || positionals.join(' ') !== 'challenge create') {
    console.log(usage);
    process.exitCode = values.help ? 0 : 1;
    return;
  }
  const run = values.url && values.connector ? undefined : await localRun();
  const connectorId = values.connector ?? run?.connectorId ?? '';
  const request = challengeRequest(connectorId, values as ChallengeOptions, Date.now() / 1000);
  const response = await fetch(`${values.url ?? run?.adminUrl}/challenges`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(request),
  });
  const answer = (await response.json()) as {
    readonly Message?: string;
    readonly Challenge?: { readonly Arn: string; readonly Password: string };
  };
  if (answer.Challenge === undefined)
    throw new Error(
      `the admin API refused (HTTP ${response.status}): ${answer.Message ?? 'no reason'}`,
    );
  console.log(values.json ? JSON.stringify(answer.Challenge, null, 2) : answer.Challenge.Password);
}

try {
  await main();
} catch (error) {
  console.error(`admin: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
