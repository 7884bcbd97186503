import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * What `npm start` writes to run.json, in .local or where SCEP_LOCAL_STATE says, as far as the
 * commands need it.
 */
export interface LocalRun {
  readonly scepUrl?: string;
  readonly adminUrl?: string;
  readonly connectorId?: string;
  readonly challengePassword?: string;
  readonly caFingerprintSha256?: string;
  /** There where it runs with --intune. */
  readonly intune?: { readonly scepUrl: string; readonly controlUrl: string };
}

/**
 * The defaults of the running local server; nothing when there is none. An empty SCEP_LOCAL_STATE
 * counts as none, as it does for `npm start`.
 */
export async function readLocalRun(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Promise<LocalRun> {
  const stateDirectory = environment.SCEP_LOCAL_STATE || '.local';
  try {
    const run: unknown = JSON.parse(await readFile(join(stateDirectory, 'run.json'), 'utf8'));
    return typeof run === 'object' && run !== null ? run : {};
  } catch {
    return {};
  }
}
