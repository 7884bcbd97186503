/** Runs `npm run admin -- profile`; bin/admin.ts connects it to the process. */
import { randomUUID } from 'node:crypto';
import { type CaCertificates, getCaCert } from '../scep-client/ca-certificates.ts';
import { ScepClientError } from '../scep-client/errors.ts';
import type { LocalRun } from '../scep-client/local-run.ts';
import { buildCaPayloads, buildScepPayload, readCommonName } from './apple-payloads.ts';
import { toAppleSubject } from './apple-subject.ts';
import { type ProfileCommand, profileHelp, readProfileCommand } from './command-line.ts';
import { buildMobileconfig, toIdentifier } from './mobileconfig.ts';
import { requestNewChallenge } from './new-challenge.ts';
import { writeProfile } from './write-profile.ts';

/** The input and output of the command. */
export interface ProfileContext {
  readonly run: LocalRun;
  readonly readStandardInput: () => Promise<string>;
  /** Prints a profile or the help to standard output. */
  readonly print: (text: string) => void;
  /** Prints a message to standard error. */
  readonly report: (text: string) => void;
}

/**
 * Runs the command. Throws `ScepClientError`, and `AdminClientError` if the admin API refuses a new
 * challenge. Both have advice for the user.
 */
export async function runProfileCommand(
  argv: readonly string[],
  context: ProfileContext,
): Promise<void> {
  const command = readProfileCommand(argv, context.run);
  if (command === 'help') return context.print(profileHelp);
  // These steps come first, so that their failure leaves no new challenge behind.
  const subject = toAppleSubject(command.subject);
  const ca = await getCaCert({ url: command.url }, command.caFingerprint);
  const challenge = await readOrRequestChallenge(command, context);
  const profile = buildProfile({ ...command, subject, challenge }, ca);
  if (command.out === '-') return context.print(profile.trimEnd());
  await writeProfile(command.out, profile);
  context.report(describeProfile(command, ca));
}

async function readOrRequestChallenge(
  command: ProfileCommand,
  { run, readStandardInput }: ProfileContext,
): Promise<string> {
  const { challenge } = command;
  if (challenge.kind === 'given') return challenge.password;
  if (challenge.kind === 'new') return requestNewChallenge(run, command);
  const password = (await readStandardInput()).trim();
  if (password === '')
    throw new ScepClientError('badArgument', 'Standard input contains no challenge.');
  if (!/\s/.test(password)) return password;
  const message =
    'Standard input contains more than a challenge. If npm run writes it, add --silent there.';
  throw new ScepClientError('badArgument', message);
}

type CompleteCommand = Omit<ProfileCommand, 'subject' | 'challenge'> & {
  readonly subject: ReturnType<typeof toAppleSubject>;
  readonly challenge: string;
};

function buildProfile(command: CompleteCommand, { chain }: CaCertificates): string {
  const { url, scope, organization } = command;
  const instance = url.pathname.split('/').findLast((segment) => segment !== '') ?? 'scep';
  const top = chain.at(-1) ?? chain[0];
  return buildMobileconfig(
    {
      displayName: command.name ?? `Certificate from ${instance}`,
      organization,
      identifier: command.identifier ?? toIdentifier(url),
      scope: scope === 'system' ? 'System' : 'User',
      description: `Requests a certificate from ${url.host} with SCEP.`,
    },
    [...buildCaPayloads(chain), buildScepPayload({ ...command, instance }, top)],
    () => randomUUID().toUpperCase(),
  );
}

function describeProfile(
  { out, url, subject, challenge }: ProfileCommand,
  ca: CaCertificates,
): string {
  const top = ca.chain.at(-1) ?? ca.chain[0];
  const limits =
    challenge.kind === 'new' ? '; it is new, for one device with these names, for one hour' : '';
  return `Wrote ${out}. It contains the challenge password, and only you can read it (mode 0600).
Protect it like a password, and delete it after its installation.
  SCEP URL   ${url.href}
  subject    ${subject}
  CA         ${readCommonName(top)}, SHA-256 ${ca.fingerprint}
  challenge  included${limits}
docs/mdm/apple-configurator.md explains the installation.`;
}
