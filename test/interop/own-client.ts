/** `npm run enroll` and `npm run admin`, as a user types them. */
import { type Ended, npmRun, run } from './command.ts';
import type { StackFacts } from './stack.ts';
import { asSecret } from './traces.ts';

/**
 * Makes a challenge, by `npm run admin -- challenge create`; throws what it said when it makes
 * none.
 */
export const createChallenge = async (
  facts: StackFacts,
  options: readonly string[],
): Promise<string> => {
  const { adminUrl, connectorId } = facts;
  const where = ['--url', adminUrl, '--connector', connectorId];
  const { exitCode, stdout, stderr } = await npmRun('admin', [
    ...['challenge', 'create', ...where],
    ...options,
  ]);
  if (exitCode !== 0) throw new Error(stderr);
  return asSecret(facts, stdout.trim());
};

interface EnrollRequest {
  /** The directory of the key and the certificate. */
  readonly out: string;
  /** undefined: repeat the request that is kept in `out`. */
  readonly subject?: string;
  readonly challenge?: string;
  readonly options?: readonly string[];
  /** When the client gives up; a minute ends the command by default. */
  readonly timeoutSeconds?: number;
}

/** How `npm run enroll -- --json` ended, and what it printed. */
export interface EnrollEnd extends Ended {
  readonly result: Readonly<Record<string, unknown>>;
}

/** Enrols, with the CA's fingerprint pinned. */
export const enroll = async (
  facts: StackFacts,
  { out, subject, challenge, options = [], timeoutSeconds }: EnrollRequest,
): Promise<EnrollEnd> => {
  const args = [
    ...['--url', facts.scepUrl, '--ca-fingerprint', facts.caFingerprintSha256],
    ...['--out', out, '--json'],
    ...(subject ? ['--subject', subject] : []),
    ...(challenge ? ['--challenge', asSecret(facts, challenge)] : []),
    ...(timeoutSeconds ? ['--timeout', String(timeoutSeconds)] : []),
    ...options,
  ];
  const limits = timeoutSeconds === undefined ? {} : { timeoutSeconds: timeoutSeconds + 10 };
  const ended = await npmRun('enroll', args, limits);
  if (!ended.stdout) throw new Error(ended.stderr);
  return { ...ended, result: JSON.parse(ended.stdout) };
};

/** Enrols with `--intune`, by what the stack's own run.json tells. */
export const enrollUnderIntune = async (
  { stateDirectory }: StackFacts,
  { out, subject, challenge, options = [] }: EnrollRequest,
): Promise<EnrollEnd> => {
  const args = [
    ...['run', '--silent', 'enroll', '--', '--intune', '--json', '--out', out],
    ...(subject ? ['--subject', subject] : []),
    ...(challenge ? ['--challenge', challenge] : []),
    ...options,
  ];
  const ended = await run('npm', args, { env: { SCEP_LOCAL_STATE: stateDirectory } });
  if (!ended.stdout) throw new Error(ended.stderr);
  return { ...ended, result: JSON.parse(ended.stdout) };
};
