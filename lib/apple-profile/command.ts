/** `npm run admin -- profile`: everything but the process around it. */
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

/** What the command needs of the process. */
export interface ProfileContext {
  readonly run: LocalRun;
  readonly readStandardInput: () => Promise<string>;
  /** Where the profile, or the help, goes; `say` is for people. */
  readonly print: (text: string) => void;
  readonly say: (text: string) => void;
}

/** Runs it. Throws `ScepClientError`, whose advice says what to do next. */
export async function runProfileCommand(
  argv: readonly string[],
  context: ProfileContext,
): Promise<void> {
  const command = readProfileCommand(argv, context.run);
  if (command === 'help') return context.print(profileHelp);
  // Everything that can be wrong comes before a challenge is made for it.
  const subject = toAppleSubject(command.subject);
  const ca = await getCaCert({ url: command.url }, command.caFingerprint);
  const challenge = await challengeFor(command, context);
  const profile = profileOf({ ...command, subject, challenge }, ca);
  if (command.out === '-') return context.print(profile.trimEnd());
  await writeProfile(command.out, profile);
  context.say(report(command, ca));
}

async function challengeFor(
  command: ProfileCommand,
  { run, readStandardInput }: ProfileContext,
): Promise<string> {
  const { challenge } = command;
  if (challenge.kind === 'given') return challenge.password;
  if (challenge.kind === 'new') return requestNewChallenge(run, command);
  const password = (await readStandardInput()).trim();
  if (password === '')
    throw new ScepClientError('badArgument', 'No challenge came from standard input.');
  if (!/\s/.test(password)) return password;
  const why = 'Standard input holds more than a challenge: is it of npm run without --silent?';
  throw new ScepClientError('badArgument', why);
}

type Filled = Omit<ProfileCommand, 'subject' | 'challenge'> & {
  readonly subject: ReturnType<typeof toAppleSubject>;
  readonly challenge: string;
};

function profileOf(command: Filled, { chain }: CaCertificates): string {
  const { url, scope, organization } = command;
  const instance = url.pathname.split('/').findLast((segment) => segment !== '') ?? 'scep';
  const top = chain.at(-1) ?? chain[0];
  return buildMobileconfig(
    {
      displayName: command.name ?? `Certificate of ${instance}`,
      organization,
      identifier: command.identifier ?? toIdentifier(url),
      scope: scope === 'system' ? 'System' : 'User',
      description: `Gets a certificate from ${url.host} by SCEP.`,
    },
    [...buildCaPayloads(chain), buildScepPayload({ ...command, instance }, top)],
    () => randomUUID().toUpperCase(),
  );
}

function report({ out, url, subject, challenge }: ProfileCommand, ca: CaCertificates): string {
  const top = ca.chain.at(-1) ?? ca.chain[0];
  const once =
    challenge.kind === 'new' ? ', a new one for one device with these names, within an hour' : '';
  return `Wrote ${out}. It holds the challenge password: only you may read it (mode 0600); send it as you
would a password, and delete it once it is installed.
  SCEP URL   ${url.href}
  subject    ${subject}
  CA         ${readCommonName(top)}, SHA-256 ${ca.fingerprint}
  challenge  included${once}
How to install it: docs/mdm/apple-configurator.md`;
}
