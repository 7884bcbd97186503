/** Runs `npm start`, from its flags until Ctrl-C. */
import { rmSync } from 'node:fs';
import { relative } from 'node:path';
import { readFlags, type StartFlags, UsageError, usage } from './flags.ts';
import { reportToConsole as progress } from './progress.ts';
import { prepareRunInfo, type RunInfo } from './run-info.ts';
import { type LocalStack, startLocalStack } from './stack.ts';
import { createStateDirectory, type StateDirectory } from './state-directory.ts';
import { writeStoredJson } from './stored-json.ts';
import { synthesize } from './synthesize.ts';

const projectDirectory = new URL('../..', import.meta.url).pathname;
const minNodeMajor = 24;

let stack: LocalStack | undefined;
let isStopping = false;

const main = async (): Promise<void> => {
  // Earlier versions of Node do not decrypt RSAES-PKCS1-v1_5 safely, and Lambda runs 24. npm
  // scripts find the right version by themselves.
  if (Number(process.versions.node.split('.')[0]) < minNodeMajor) {
    throw new UsageError(
      `Node ${process.versions.node} is too old; run npm start, which uses Node ${minNodeMajor}`,
    );
  }
  const flags = readFlags(process.argv.slice(2), process.env);
  if (flags.isHelp) return console.log(usage);
  const state = createStateDirectory(flags.stateDirectory);
  stopOnSignal(state);
  stack = await start(flags, state);
  const runInfo = await prepareRunInfo(stack, state.challenge);
  writeStoredJson(state.run, runInfo);
  runSchedulesOnSignal(stack);
  printRunInfo(runInfo, state);
};

const start = (flags: StartFlags, state: StateDirectory): Promise<LocalStack> =>
  startLocalStack({
    ...flags,
    progress,
    assembly: async ({ intune }) => {
      const outputDirectory = state.assembly;
      const additions = { ...(intune && { intune }), ...(flags.hasNdesPage && { ndes: true }) };
      const options = {
        projectDirectory,
        app: flags.app,
        outputDirectory,
        additions,
        checksTypes: true,
      };
      const remarks = await progress('synthesizing the app', () => synthesize(options));
      if (flags.isVerbose) process.stderr.write(remarks);
      return outputDirectory;
    },
  });

const formatIntuneLines = ({ scepUrl, controlUrl }: NonNullable<RunInfo['intune']>): string =>
  `  Intune          ${scepUrl}
  its tenant      ${controlUrl} (emulated; docs/local.md describes its control API)
`;

const intuneHint = `
  npm run enroll -- --intune --subject "CN=my-laptop"   (as a Windows device of the emulated Intune tenant)`;

/** Formats a fingerprint as OpenSSL does. */
const formatFingerprint = (fingerprint: string): string =>
  fingerprint.toUpperCase().match(/../g)?.join(':') ?? '';

const formatRaLine = ({ raFingerprintSha256: fingerprint }: RunInfo): string =>
  fingerprint === undefined
    ? ''
    : `  RA fingerprint  ${formatFingerprint(fingerprint)} (SHA-256)\n`;

const printRunInfo = (info: RunInfo, state: StateDirectory): void => {
  console.log(`
  SCEP URL        ${info.scepUrl}
  challenge       ${info.challengePassword}
  CA fingerprint  ${formatFingerprint(info.caFingerprintSha256)} (SHA-256)
${formatRaLine(info)}  admin API       ${info.adminUrl} (this machine only; signatures are not checked)${info.consoleUrl ? `\n  console         ${info.consoleUrl} (challenges and enrolments, in a browser)` : ''}
${info.intune ? formatIntuneLines(info.intune) : ''}  state, logs     ${relative('', state.root)}

Get a certificate, in another terminal:

  npm run enroll -- --subject "CN=my-device"${info.intune ? intuneHint : ''}

Press Ctrl-C to stop. State is kept for the next start.`);
};

/** SIGUSR2 starts every scheduled run at once. */
const runSchedulesOnSignal = ({ schedules, fireSchedule }: LocalStack): void => {
  const fire = async (id: string): Promise<void> => {
    const failed = (await fireSchedule(id)).find((result) => !result.ok);
    console.log(`${id}: ${failed ? `failed with ${failed.error.errorType}` : 'done'}`);
  };
  process.on('SIGUSR2', () => void Promise.all(schedules.map(fire)));
};

/** Stops the stack on Ctrl-C. Removes run.json and the lock, and keeps the state. */
const stopOnSignal = (state: StateDirectory): void => {
  const end = async (): Promise<void> => {
    isStopping = true;
    if (stack) rmSync(state.run, { force: true });
    await stack?.stop();
    process.exit(0);
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void end());
};

try {
  await main();
} catch (error) {
  // An error that the stop itself causes is not reported.
  if (!isStopping) {
    const { message, stack: trace } = error as Error;
    console.error(process.env.DEBUG ? trace : message);
    process.exit(1);
  }
}
