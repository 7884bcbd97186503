/** Runs `npm run enroll` and `npm run admin` as a user does. */
import { type Ended, npmRun, run } from './command.ts';
import type { StackFacts } from './stack.ts';
import { asSecret } from './traces.ts';

/** Creates a challenge with `npm run admin -- challenge create`. Throws its output if it fails. */
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
  /** Undefined to resend the request that is stored in `out`. */
  readonly subject?: string;
  readonly challenge?: string;
  readonly options?: readonly string[];
  /** The client's timeout; one minute by default. */
  readonly timeoutSeconds?: number;
}

/** The exit code and the result of `npm run enroll -- --json`. */
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

/** Enrols with `--intune` and the stack's own run.json. */
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
