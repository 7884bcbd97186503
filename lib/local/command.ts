/** What `npm start` does, from its flags to its end. */
import { rmSync } from 'node:fs';
import { relative } from 'node:path';
import { readFlags, type StartFlags, UsageError, usage } from './flags.ts';
import { type Introduction, introduce } from './introduction.ts';
import { reportToConsole as progress } from './progress.ts';
import { type LocalStack, startLocalStack } from './stack.ts';
import { createStateDirectory, type StateDirectory } from './state-directory.ts';
import { writeStoredJson } from './stored-json.ts';
import { synthesize } from './synthesize.ts';

const projectDirectory = new URL('../..', import.meta.url).pathname;
const oldestNode = 24;

let stack: LocalStack | undefined;
let isEnding = false;

const main = async (): Promise<void> => {
  // Earlier ones cannot do RSAES-PKCS1-v1_5 safely (and Lambda runs 24). npm scripts find the right
  // one by themselves.
  if (Number(process.versions.node.split('.')[0]) < oldestNode) {
    throw new UsageError(
      `this is Node ${process.versions.node}; start it by npm start, which brings Node ${oldestNode}`,
    );
  }
  const flags = readFlags(process.argv.slice(2), process.env);
  if (flags.isHelp) return console.log(usage);
  const state = createStateDirectory(flags.stateDirectory);
  endOnSignal(state);
  stack = await start(flags, state);
  const introduction = await introduce(stack, state.challenge);
  writeStoredJson(state.run, introduction);
  fireOnSignal(stack);
  tell(introduction, state);
};

const start = (flags: StartFlags, state: StateDirectory): Promise<LocalStack> =>
  startLocalStack({
    ...flags,
    progress,
    assembly: async (own) => {
      const outputDirectory = state.assembly;
      const context = { ...own, ...flags.context };
      const options = { projectDirectory, outputDirectory, context, checksTypes: true };
      const remarks = await progress('synthesizing the app', () => synthesize(options));
      if (flags.isVerbose) process.stderr.write(remarks);
      return outputDirectory;
    },
  });

const intuneLines = ({ scepUrl, controlUrl }: NonNullable<Introduction['intune']>): string =>
  `  Intune          ${scepUrl}
  its tenant      ${controlUrl} (emulated; docs/local.md tells how to control it)
`;

const asIntuneDevice = `
  npm run enroll -- --intune --subject "CN=my-laptop"   (as a Windows device of the emulated Intune tenant)`;

/** As OpenSSL prints it. */
const withColons = (fingerprint: string): string =>
  fingerprint.toUpperCase().match(/../g)?.join(':') ?? '';

const raLine = ({ raFingerprintSha256: fingerprint }: Introduction): string =>
  fingerprint === undefined ? '' : `  RA fingerprint  ${withColons(fingerprint)} (SHA-256)\n`;

const tell = (told: Introduction, state: StateDirectory): void => {
  console.log(`
  SCEP URL        ${told.scepUrl}
  challenge       ${told.challengePassword}
  CA fingerprint  ${withColons(told.caFingerprintSha256)} (SHA-256)
${raLine(told)}  admin API       ${told.adminUrl} (this machine only; signatures are not checked)${told.consoleUrl ? `\n  console         ${told.consoleUrl} (challenges and enrolments, in a browser)` : ''}
${told.intune ? intuneLines(told.intune) : ''}  state, logs     ${relative('', state.root)}

Get a certificate, in another terminal:

  npm run enroll -- --subject "CN=my-device"${told.intune ? asIntuneDevice : ''}

Press Ctrl-C to stop. State is kept for the next start.`);
};

/** SIGUSR2 starts every scheduled run at once. */
const fireOnSignal = ({ schedules, fireSchedule }: LocalStack): void => {
  const fire = async (id: string): Promise<void> => {
    const failed = (await fireSchedule(id)).find((result) => !result.ok);
    console.log(`${id}: ${failed ? `failed with ${failed.error.errorType}` : 'done'}`);
  };
  process.on('SIGUSR2', () => void Promise.all(schedules.map(fire)));
};

/** Ctrl-C. Nothing is taken away but the claim to serve. */
const endOnSignal = (state: StateDirectory): void => {
  const end = async (): Promise<void> => {
    isEnding = true;
    if (stack) rmSync(state.run, { force: true });
    await stack?.stop();
    process.exit(0);
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void end());
};

try {
  await main();
} catch (error) {
  // What was interrupted by the end of everything is no fault.
  if (!isEnding) {
    const { message, stack: trace } = error as Error;
    console.error(process.env.DEBUG ? trace : message);
    process.exit(1);
  }
}
